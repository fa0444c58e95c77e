package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import stipple.torch.UserException;

/** Options that say what is written where. */
final class OutputOptions {
    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description =
                    "the PNG to write, or a folder (default: stipple-SEED.png); several become FILE-1.png, FILE-2.png, …")
    Path out;

    @Option(
            names = "--preview",
            paramLabel = "DIR",
            description = "after every row of tokens, write what is there so far into this folder")
    Path preview;

    @Option(
            names = "--no-metadata",
            description = "leave the settings out of the file; it cannot be drawn again by --like")
    boolean noMetadata;

    @Option(names = "--json", description = "print every event as a line of JSON")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "print nothing but the paths of the pictures")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "also say what is used and where the time goes")
    boolean verbose;

    /** Refuses to say more and less at once. */
    void check() {
        if (verbose && (quiet || json)) {
            throw new UserException("--verbose and " + (quiet ? "--quiet" : "--json") + " contradict each other; "
                    + (quiet ? "leave one out" : "the events say all of it already"));
        }
    }
}
