package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            "Compares runs of a suite on the same prompts and seeds, picture by picture.",
            "It tells what differs, how often the later picture wins, and whether that is more than chance (paired bootstrap over"
                    + " prompts, 95 %%). Several later runs, such as one recipe with three seeds, are compared with the first one"
                    + " each and on the mean."
        },
        footer = {
            "",
            "Examples:",
            "  stipple eval compare build/eval/before build/eval/after --page compare.html",
            "  stipple eval compare build/eval/before build/eval/seed-1 build/eval/seed-2 build/eval/seed-3"
        })
final class EvalCompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "folder of the first run")
    private Path first;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "AFTER", description = "folders of later runs")
    private List<Path> later;

    @Option(names = "--page", paramLabel = "FILE", description = "write a page with the pictures side by side")
    private Path page;

    @Option(names = "--json", description = "print the differences as lines of JSON")
    private boolean json;

    @Override
    public Integer call() {
        RunComparison comparison = RunComparison.of(
                EvalJson.read(first), later.stream().map(EvalJson::read).toList());
        PrintWriter out = spec.commandLine().getOut();
        new EvalTable(out, json).print(comparison);
        if (page != null) {
            ReportPage.write(
                    page,
                    comparison,
                    folder(first),
                    later.stream().map(EvalCompareCommand::folder).toList());
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
