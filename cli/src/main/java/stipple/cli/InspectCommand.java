package stipple.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.torch.UserException;

/** {@code stipple inspect FILE|DIR}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Tells how a picture was made, what a model folder holds, or which tensors lie in a weights file.",
        footer = {
            "",
            "Examples:",
            "  stipple inspect apple.png",
            "  stipple inspect models/stipple-128 --json",
            "  stipple inspect models/stipple-128/model.safetensors"
        })
final class InspectCommand implements Callable<Integer> {
    private static final Set<String> WEIGHTS = Set.of("safetensors", "pt", "pth", "bin", "ckpt");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE|DIR", description = "a PNG, a model folder, or a .safetensors or .pt file")
    private Path path;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        report().print(spec.commandLine().getOut(), json);
        return 0;
    }

    private Report report() {
        if (Files.isDirectory(path)) {
            return ModelInspection.of(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new UserException("There is no file or folder " + path);
        }
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        String extension = name.substring(name.lastIndexOf('.') + 1);
        if (extension.equals("png")) {
            return PictureInspection.of(path);
        }
        if (WEIGHTS.contains(extension)) {
            return WeightsInspection.of(path);
        }
        throw new UserException("Cannot inspect " + path + ": it is no .png, no .safetensors, .pt or .bin, no folder");
    }
}
