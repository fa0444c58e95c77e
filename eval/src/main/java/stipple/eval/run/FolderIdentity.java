package stipple.eval.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.model.files.Sha256;
import stipple.torch.UserException;

/** Tells folders of one name apart by what lies in them: the start of the SHA-256 of their files, in hex. */
public final class FolderIdentity {
    private static final int DIGITS = 16;
    private static final List<String> WEIGHTS = List.of(".json", ".safetensors");

    private FolderIdentity() {}

    /** All files, below the folder too. */
    public static String of(Path folder) {
        return of(folder, file -> true);
    }

    /** The configuration and weights of a judge; what else lies beside them gives no other verdicts. */
    public static String ofJudge(Path folder) {
        return of(folder, file -> WEIGHTS.stream().anyMatch(file.toString()::endsWith));
    }

    private static String of(Path folder, Predicate<Path> counted) {
        try (Stream<Path> files = Files.walk(folder)) {
            return Sha256.of(files.filter(Files::isRegularFile)
                            .filter(counted)
                            .sorted()
                            .toList())
                    .substring(0, DIGITS);
        } catch (UncheckedIOException failure) {
            throw unreadable(folder, failure.getCause());
        } catch (IOException failure) {
            throw unreadable(folder, failure);
        }
    }

    private static UserException unreadable(Path folder, IOException failure) {
        return new UserException("Cannot read " + folder + ": " + AtomicFile.reason(failure), failure);
    }
}
