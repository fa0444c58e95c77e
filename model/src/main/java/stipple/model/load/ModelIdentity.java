package stipple.model.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeLocation;
import stipple.model.files.AtomicFile;
import stipple.model.files.Sha256;
import stipple.torch.UserException;

/**
 * Which weights a picture was drawn with.
 *
 * @param name name of the checkpoint's folder
 * @param hash start of the SHA-256 of the model's weight files, one after the other, in hex
 * @param vaeHash the same of the image tokenizer
 */
public record ModelIdentity(String name, String hash, String vaeHash) {
    /** Hex digits that are kept; as many as nobody mistakes by accident. */
    private static final int DIGITS = 16;

    /**
     * Reads a checkpoint's weight files from end to end, about a second per gigabyte.
     *
     * @throws UserException if the folder is no checkpoint
     */
    public static ModelIdentity of(Path folder) {
        Path vae = VaeLocation.find(folder, ModelConfigReader.read(folder));
        try (CheckpointFiles weights = CheckpointFiles.open(folder);
                CheckpointFiles vaeWeights = CheckpointFiles.openAutoencoder(vae)) {
            return new ModelIdentity(name(folder), hash(weights.files()), hash(vaeWeights.files()));
        }
    }

    /** Whether both hold the same weights, whatever they are called. */
    public boolean sameWeights(ModelIdentity other) {
        return hash.equals(other.hash) && vaeHash.equals(other.vaeHash);
    }

    private static String name(Path folder) {
        try {
            // A folder given as "." or through a link still has a name.
            return String.valueOf(folder.toRealPath().getFileName());
        } catch (IOException failure) {
            throw new UserException("Cannot read " + folder + ": " + AtomicFile.reason(failure), failure);
        }
    }

    private static String hash(List<Path> files) {
        return Sha256.of(files).substring(0, DIGITS);
    }
}
