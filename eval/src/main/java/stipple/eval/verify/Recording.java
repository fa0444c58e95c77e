package stipple.eval.verify;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.StoredTensor;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** A recorded run: named inputs, random draws and results. It remembers which keys were asked for. */
final class Recording implements AutoCloseable {
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SafetensorsFile file;
    private final Set<String> unused;
    private final Device device;

    private Recording(SafetensorsFile file, Device device) {
        this.file = file;
        this.device = device;
        this.unused = new TreeSet<>(file.tensors().keySet());
    }

    /**
     * Opens a file.
     *
     * @param device where its tensors are wanted
     * @throws UserException if it is missing or malformed
     */
    static Recording open(Path path, Device device) {
        if (!Files.isRegularFile(path)) {
            throw new UserException("No recorded run at " + path + "; name one with --expected FILE");
        }
        return new Recording(SafetensorsFile.open(path), device);
    }

    boolean has(String key) {
        return file.tensors().containsKey(key);
    }

    /** All keys that start and end so, sorted. */
    List<String> keys(String start, String end) {
        return file.tensors().keySet().stream()
                .filter(key -> key.startsWith(start) && key.endsWith(end))
                .sorted()
                .toList();
    }

    /** Keys that nothing has asked for yet, sorted. */
    Set<String> unused() {
        return new TreeSet<>(unused);
    }

    /** Counts a key as asked for. */
    void use(String key) {
        unused.remove(key);
    }

    /** A recorded tensor in float32, on the device. */
    Tensor tensor(String key) {
        StoredTensor stored = take(key);
        return Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                .to(DType.F32)
                .to(device);
    }

    /** Settings, in the precision in which they were stored. */
    double[] numbers(String key, int count) {
        StoredTensor stored = take(key);
        if (stored.count() != count) {
            throw new UserException("'" + key + "' holds " + stored.count() + " numbers, expected " + count);
        }
        if (stored.dtype() == DType.F64) {
            return stored.data().toArray(F64);
        }
        float[] values =
                Tensors.copyOf(stored.data(), stored.dtype(), stored.shape()).toFloats();
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    /** Token ids, labels or a mask, {@code [rows][tokens]}. */
    long[][] rows(String key) {
        StoredTensor stored = take(key);
        long[] shape = stored.shape();
        if (shape.length != 2 || stored.count() == 0) {
            throw new UserException("'" + key + "' has the shape " + Arrays.toString(shape) + ", expected rows of ids");
        }
        long[] flat = Tensors.copyOf(stored.data(), stored.dtype(), shape).toLongs();
        long[][] rows = new long[Math.toIntExact(shape[0])][];
        int width = Math.toIntExact(shape[1]);
        Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width));
        return rows;
    }

    /** The mask of that key, or null if there is none: no row is padded. */
    long[][] mask(String key) {
        return has(key) ? rows(key) : null;
    }

    private StoredTensor take(String key) {
        StoredTensor stored = file.tensors().get(key);
        if (stored == null) {
            throw new UserException("the recording has no '" + key + "'");
        }
        use(key);
        return stored;
    }

    @Override
    public void close() {
        file.close();
    }
}
