package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.load.CheckpointConverter;
import stipple.model.lora.AdapterChoice;
import stipple.torch.UserException;

/** {@code stipple convert DIR --to bfloat16 -o DIR2}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = "Copies a checkpoint as safetensors: in another type, or with LoRA adapters merged into it.",
        footer = {
            "",
            "Examples:",
            "  stipple convert runs/emoji-64/model --to bfloat16 -o models/mine",
            "  stipple convert models/stipple-128 --merge-lora runs/edit/model:0.8 -o models/mine"
        })
final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a checkpoint folder")
    private Path from;

    @Option(
            names = "--to",
            paramLabel = "DTYPE",
            description = "float32 or bfloat16 (default with --merge-lora: each tensor keeps its own)")
    private String type;

    @Option(
            names = "--merge-lora",
            paramLabel = "DIR[:SCALE]",
            description = "adds an adapter to the weights; may be given several times")
    private List<String> adapters = List.of();

    @Mixin
    private NewFolder to;

    @Override
    public Integer call() {
        if (type == null && adapters.isEmpty()) {
            throw new UserException("Nothing to convert: give --to TYPE, --merge-lora DIR, or both");
        }
        CheckpointConverter.convert(
                from,
                to.path,
                NewFolder.storedType(type),
                adapters.stream().map(AdapterChoice::parse).toList());
        spec.commandLine().getOut().println("wrote " + to.path);
        return 0;
    }
}
