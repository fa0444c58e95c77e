package stipple.model.checkpoint;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import stipple.torch.UserException;

/** One file of tensors, mapped into memory until it is closed. */
public sealed interface TensorFile extends AutoCloseable permits SafetensorsFile, TorchPickleFile {
    /** Where it lies. */
    Path path();

    /** Its tensors by name, in file order. */
    Map<String, StoredTensor> tensors();

    /** Unmaps the file; its tensors must not be touched afterwards. */
    @Override
    void close();

    /**
     * Opens a {@code .safetensors} file or a torch state dict ({@code .pt}, {@code .pth}, {@code .bin}, {@code .ckpt}).
     *
     * @throws UserException if the file is missing, malformed, or of another kind
     */
    static TensorFile open(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return switch (extension) {
            case "safetensors" -> SafetensorsFile.open(file);
            case "pt", "pth", "bin", "ckpt" -> TorchPickleFile.open(file);
            default -> throw new UserException("Cannot read weights from " + file + ": use .safetensors, .pt or .bin");
        };
    }
}
