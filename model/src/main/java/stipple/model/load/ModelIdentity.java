package stipple.model.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeLocation;
import stipple.model.files.AtomicFile;
import stipple.model.files.Sha256;
import stipple.model.lora.AdapterChoice;
import stipple.torch.UserException;

/**
 * Which weights a picture was drawn with.
 *
 * @param name name of the checkpoint's folder
 * @param hash start of the SHA-256 of the model's weight files, one after the other, in hex
 * @param vaeHash the same of the image tokenizer
 * @param adapters what was added to the model's weights
 */
public record ModelIdentity(String name, String hash, String vaeHash, List<AdapterIdentity> adapters) {
    /** Hex digits that are kept; as many as nobody mistakes by accident. */
    private static final int DIGITS = 16;

    /** Copies the list. */
    public ModelIdentity {
        adapters = List.copyOf(adapters);
    }

    /** Weights without adapters. */
    public ModelIdentity(String name, String hash, String vaeHash) {
        this(name, hash, vaeHash, List.of());
    }

    /**
     * Reads a checkpoint's weight files from end to end, about a second per gigabyte.
     *
     * @throws UserException if the folder is no checkpoint
     */
    public static ModelIdentity of(Path folder) {
        return of(folder, List.of());
    }

    /**
     * As {@link #of(Path)}, with adapters.
     *
     * @throws UserException if a folder is no checkpoint, or none of an adapter
     */
    public static ModelIdentity of(Path folder, List<AdapterChoice> adapters) {
        Path vae = VaeLocation.find(folder, ModelConfigReader.read(folder));
        try (CheckpointFiles weights = CheckpointFiles.open(folder);
                CheckpointFiles vaeWeights = CheckpointFiles.openAutoencoder(vae)) {
            return new ModelIdentity(
                    name(folder),
                    hash(weights.files()),
                    hash(vaeWeights.files()),
                    adapters.stream().map(AdapterIdentity::of).toList());
        }
    }

    /** Whether both hold the same weights, whatever they are called. */
    public boolean sameWeights(ModelIdentity other) {
        boolean adapted = adapters.size() == other.adapters.size();
        for (int i = 0; adapted && i < adapters.size(); i++) {
            adapted = adapters.get(i).sameWeights(other.adapters.get(i));
        }
        return adapted && hash.equals(other.hash) && vaeHash.equals(other.vaeHash);
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
        return digits(Sha256.of(files));
    }

    /** The start of a hash. */
    static String digits(String hash) {
        return hash.substring(0, DIGITS);
    }
}
