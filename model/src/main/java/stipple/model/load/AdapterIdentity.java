package stipple.model.load;

import java.util.List;
import stipple.model.files.Sha256;
import stipple.model.lora.AdapterChoice;
import stipple.model.lora.LoraFiles;

/**
 * An adapter that a picture was drawn with.
 *
 * @param path its folder as it was given
 * @param scale its strength
 * @param hash start of the SHA-256 of its factors, in hex
 */
public record AdapterIdentity(String path, double scale, String hash) {
    /**
     * Reads an adapter's factors from end to end.
     *
     * @throws stipple.torch.UserException if the folder holds none
     */
    static AdapterIdentity of(AdapterChoice choice) {
        return new AdapterIdentity(
                choice.folder().toString(),
                choice.scale(),
                ModelIdentity.digits(Sha256.of(List.of(LoraFiles.weights(choice.folder())))));
    }

    /** Whether both add the same to a model, wherever they lie. */
    boolean sameWeights(AdapterIdentity other) {
        return hash.equals(other.hash) && scale == other.scale;
    }

    @Override
    public String toString() {
        return path + ":" + scale + " (" + hash + ")";
    }
}
