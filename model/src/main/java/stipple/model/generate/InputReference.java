package stipple.model.generate;

import java.nio.file.Path;
import java.util.List;
import stipple.model.files.Sha256;

/**
 * Which file an edited picture came from; its pixels are not stored.
 *
 * @param path the file as it was named
 * @param sha256 digest of the file's bytes in hex
 */
public record InputReference(String path, String sha256) {
    /**
     * Reads a file's digest.
     *
     * @throws stipple.torch.UserException if it cannot be read
     */
    public static InputReference of(Path file) {
        return new InputReference(file.toString(), Sha256.of(List.of(file)));
    }
}
