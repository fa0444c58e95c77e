package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.load.CheckpointMerger;
import stipple.model.load.MergePart;
import stipple.torch.DType;
import stipple.torch.UserException;

/** {@code stipple merge DIR:WEIGHT DIR:WEIGHT -o DIR2}. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description =
                "Adds up the weights of checkpoints of one shape: an average, or what one run taught put into another model.",
        footer = {
            "",
            "Weights add up to 1; without any it is the average. The config, the tokenizer and the image tokenizer are the first's.",
            "",
            "Examples:",
            "  stipple merge runs/grpo-31/model runs/grpo-32/model runs/grpo-33/model -o models/mean",
            "  stipple merge runs/new/model:1 runs/tuned/model:1 runs/base/model:-1 -o models/new-tuned"
        })
final class MergeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR[:WEIGHT]", arity = "1..*", description = "checkpoint folders")
    private List<String> from;

    @Option(names = "--to", paramLabel = "DTYPE", description = "float32 or bfloat16 (default: that of the first)")
    private DType type;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "a new folder")
    private Path to;

    @Override
    public Integer call() {
        if (type != null && type != DType.F32 && type != DType.BF16) {
            throw new UserException("Cannot store weights as '" + Converters.name(type) + "'; use float32 or bfloat16");
        }
        CheckpointMerger.merge(MergePart.parse(from), to, type);
        spec.commandLine().getOut().println("wrote " + to);
        return 0;
    }
}
