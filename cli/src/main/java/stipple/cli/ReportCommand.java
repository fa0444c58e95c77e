package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.train.report.RunReport;

/** {@code stipple report RUN}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Writes one HTML page about a training run: curves, sample grids and the recipe. The page needs "
                + "nothing else and makes no requests.",
        footer = {
            "",
            "Examples:",
            "  stipple report runs/emoji-64",
            "  stipple report runs/nextstep-grpo --beside runs/flow-grpo"
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "output folder of a recipe")
    private Path run;

    @Option(
            names = "--beside",
            paramLabel = "RUN",
            description = "another run whose curves are drawn beside those of this one")
    private Path beside;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "the page (default: report.html in RUN)")
    private Path target;

    @Override
    public Integer call() {
        Path page = target == null ? run.resolve("report.html") : target;
        RunReport.write(run, beside, page);
        spec.commandLine().getOut().println("wrote " + page);
        return 0;
    }
}
