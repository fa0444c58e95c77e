package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every {@code data build …} has: where to write, and how to report. */
final class BuildOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder to write to; an earlier build in it is replaced")
    Path out;

    @Option(names = "--json", description = "print every event and the final figures as lines of JSON")
    boolean json;

    /** Shows how far a build is; to be closed. */
    BuildProgressPrinter progress() {
        return new BuildProgressPrinter(command, json);
    }

    /** Prints final figures. */
    void print(Report report) {
        report.print(command.commandLine().getOut(), json);
    }
}
