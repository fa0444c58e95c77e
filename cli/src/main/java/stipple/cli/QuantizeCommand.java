package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.load.CheckpointQuantiser;
import stipple.model.quant.Quantisation;
import stipple.model.quant.QuantisationReport;
import stipple.torch.kernels.WeightFormat;

/** {@code stipple quantize DIR --to int4 -o DIR2}. */
@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        description = "Copies a checkpoint with the large matrices of backbone and flow head rounded to 8 or 4 bits.",
        footer = {
            "",
            "One matrix at a time is in memory. For each it prints the error: the root mean square of the difference and",
            "the largest one, relative to the weights' own; " + QuantisationReport.FILE
                    + " in the new folder has them too.",
            "",
            "Examples:",
            "  stipple quantize models/NextStep-1.1 --to int4 -o models/nextstep-int4",
            "  stipple generate -m nextstep-int4 \"a red apple\""
        })
final class QuantizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a checkpoint folder, or the name of one under models/")
    private String from;

    @Option(names = "--to", required = true, paramLabel = "FORMAT", description = "int8 or int4")
    private String format;

    @Option(names = "--group", paramLabel = "N", description = "int4: weights that share a scale, 32 (default) or 64")
    private Integer group;

    @Mixin
    private NewFolder to;

    @Option(names = "--json", description = "print the report as one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        ModelOptions.limitThreads();
        Quantisation quantisation = Quantisation.of(format);
        if (group != null) {
            quantisation = new Quantisation(WeightFormat.quantised(format), group);
        }
        Path folder = new ModelLocator(Host.of(spec).home()).find(from);
        PrintWriter out = spec.commandLine().getOut();
        QuantisationReport report = CheckpointQuantiser.quantise(folder, to.path, quantisation, matrix -> {
            if (!json) {
                out.println(matrix);
                out.flush();
            }
        });
        if (json) {
            out.println(report.json());
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "wrote %s: %.2f GB instead of %.2f, %d matrices in %s, error %.2f %%",
                    to.path,
                    report.bytesAfter() / 1e9,
                    report.bytesBefore() / 1e9,
                    report.matrices().size(),
                    quantisation.id(),
                    report.error() * 100));
        }
        return 0;
    }
}
