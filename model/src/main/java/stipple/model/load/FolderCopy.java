package stipple.model.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.files.AtomicFile;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/** What a copy of a checkpoint takes over besides the weights. */
final class FolderCopy {
    private static final List<String> COMPANIONS = List.of(".json", ".txt", ".md", ".jinja");

    private FolderCopy() {}

    /**
     * Makes the folder unless it is there.
     *
     * @throws UserException if it is there and holds anything
     */
    static void requireEmpty(Path to) {
        try {
            Files.createDirectories(to);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(to)) {
                if (entries.iterator().hasNext()) {
                    throw new UserException("The folder " + to + " is not empty; name a new one");
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot write to " + to + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Copies configs and tokenizer files; an index of shards is left out, because the shards change.
     *
     * @param edit changes the model's or the image tokenizer's config
     */
    static void companions(Path from, Path to, Consumer<ObjectNode> edit) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.equals(ModelConfigReader.FILE)) {
                    ObjectNode json = JsonObjectFile.read(entry).node();
                    edit.accept(json);
                    JsonObjectFile.write(to.resolve(name), json);
                } else if (!name.endsWith(".index.json") && COMPANIONS.stream().anyMatch(name::endsWith)) {
                    AtomicFile.write(to.resolve(name), Files.readAllBytes(entry));
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot copy " + from + " to " + to + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Where the image tokenizer goes.
     *
     * @throws UserException if that is not inside the copy
     */
    static Path autoencoder(Path to, ModelConfig config) {
        Path target = to.resolve(config.vaePath()).normalize();
        if (!target.startsWith(to.normalize())) {
            throw new UserException("vae_name_or_path '" + config.vaePath()
                    + "' lies outside the checkpoint; move the image tokenizer into it first");
        }
        return target;
    }
}
