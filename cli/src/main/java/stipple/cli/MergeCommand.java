package stipple.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.load.CheckpointMerger;
import stipple.model.load.MergePart;

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
    private String type;

    @Mixin
    private NewFolder to;

    @Override
    public Integer call() {
        CheckpointMerger.merge(MergePart.parse(from), to.path, NewFolder.storedType(type));
        spec.commandLine().getOut().println("wrote " + to.path);
        return 0;
    }
}
