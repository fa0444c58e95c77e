package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.model.files.JsonObjectFile;

/** Where preference pairs are written, and how that is told. */
final class PairsOutput {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the pictures and of pairs.jsonl")
    Path out;

    @Option(names = "--json", description = "print every event and the result as lines of JSON")
    boolean json;

    PrintWriter print() {
        return command.commandLine().getOut();
    }

    /** Tells how many pairs there are. */
    void done(int pairs) {
        print().println(
                        json
                                ? JsonObjectFile.newObject()
                                        .put("event", "done")
                                        .put("pairs", pairs)
                                        .put("path", out.toString())
                                : pairs + " pairs in " + out);
        print().flush();
    }
}
