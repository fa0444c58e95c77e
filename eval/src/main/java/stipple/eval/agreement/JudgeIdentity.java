package stipple.eval.agreement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.model.files.Sha256;
import stipple.torch.UserException;

/** Which judge gave a verdict. */
final class JudgeIdentity {
    private static final int DIGITS = 16;
    private static final List<String> FILES = List.of(".json", ".safetensors");

    private JudgeIdentity() {}

    /** The start of the SHA-256 of a judge's configuration and weights, in hex; its folder's name does not count. */
    static String of(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return Sha256.of(files.filter(file -> FILES.stream().anyMatch(file.toString()::endsWith))
                            .sorted()
                            .toList())
                    .substring(0, DIGITS);
        } catch (IOException failure) {
            throw new UserException("Cannot read " + folder + ": " + AtomicFile.reason(failure), failure);
        }
    }
}
