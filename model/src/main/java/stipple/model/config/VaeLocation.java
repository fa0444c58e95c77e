package stipple.model.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import stipple.torch.UserException;

/** Finds the folder of the image tokenizer that belongs to a checkpoint. */
public final class VaeLocation {
    private VaeLocation() {}

    /**
     * The folder named by the config (relative to the checkpoint unless absolute), else {@code vae} inside the
     * checkpoint: a trainer's absolute path rarely exists on the machine that loads its checkpoint.
     *
     * @throws UserException if neither holds a {@code config.json}
     */
    public static Path find(Path checkpoint, ModelConfig config) {
        Set<Path> candidates = new LinkedHashSet<>();
        try {
            candidates.add(checkpoint.resolve(config.vaePath()).normalize());
        } catch (InvalidPathException invalid) {
            throw new UserException("vae_name_or_path '" + config.vaePath() + "' is not a path", invalid);
        }
        candidates.add(checkpoint.resolve("vae").normalize());
        for (Path candidate : candidates) {
            // The checkpoint's own config.json is not the tokenizer's, whatever an empty path resolves to.
            if (!candidate.equals(checkpoint.normalize())
                    && Files.isRegularFile(candidate.resolve(ModelConfigReader.FILE))) {
                return candidate;
            }
        }
        throw new UserException(
                "No image tokenizer beside " + checkpoint + ": looked for config.json in " + candidates);
    }
}
