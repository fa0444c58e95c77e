package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.load.CheckpointConverter;
import stipple.torch.DType;
import stipple.torch.UserException;

/** {@code stipple convert DIR --to bfloat16 -o DIR2}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = "Copies a checkpoint with its weights stored as safetensors in another type.",
        footer = {"", "Example: stipple convert runs/emoji-64/model --to bfloat16 -o models/mine"})
final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a checkpoint folder")
    private Path from;

    @Option(names = "--to", required = true, paramLabel = "DTYPE", description = "float32 or bfloat16")
    private String type;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "a new folder")
    private Path to;

    @Override
    public Integer call() {
        DType dtype = DType.ofName(type);
        if (dtype != DType.F32 && dtype != DType.BF16) {
            throw new UserException("Cannot store weights as '" + type + "'; use float32 or bfloat16");
        }
        CheckpointConverter.convert(from, to, dtype);
        spec.commandLine().getOut().println("wrote " + to);
        return 0;
    }
}
