package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import stipple.torch.DType;
import stipple.torch.UserException;

/** Where a changed copy of a checkpoint goes. */
final class NewFolder {
    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "a new folder")
    Path path;

    /**
     * The type in which a copy stores its weights.
     *
     * @param name as it was given, or null
     * @throws UserException if weights are not stored so
     */
    static DType storedType(String name) {
        DType type = name == null ? null : DType.ofName(name);
        if (type != null && type != DType.F32 && type != DType.BF16) {
            throw new UserException("Cannot store weights as '" + name + "'; use float32 or bfloat16");
        }
        return type;
    }
}
