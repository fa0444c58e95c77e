package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.eval.report.EvalJson;
import stipple.eval.report.ReportPage;
import stipple.eval.report.RunComparison;

/** {@code stipple eval compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares two runs of a suite on the same prompts and seeds, picture by picture: what differs, and whether that is",
            "more than chance (paired bootstrap over prompts, 95 %%)."
        },
        footer = {"", "Example: stipple eval compare build/eval/before build/eval/after --page compare.html"})
final class EvalCompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "folder of the first run")
    private Path first;

    @Parameters(index = "1", paramLabel = "AFTER", description = "folder of the second run")
    private Path second;

    @Option(names = "--page", paramLabel = "FILE", description = "write a page with the pictures side by side")
    private Path page;

    @Option(names = "--json", description = "print the differences as lines of JSON")
    private boolean json;

    @Override
    public Integer call() {
        RunComparison comparison = RunComparison.of(EvalJson.read(first), EvalJson.read(second));
        PrintWriter out = spec.commandLine().getOut();
        new EvalTable(out, json).print(comparison);
        if (page != null) {
            ReportPage.write(page, comparison, folder(first), folder(second));
            if (!json) {
                out.println("side by side: " + page);
            }
        }
        return 0;
    }

    private static Path folder(Path run) {
        return Files.isDirectory(run) ? run : run.toAbsolutePath().getParent();
    }
}
