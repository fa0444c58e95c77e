package stipple.train.files;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Parameter tables as safetensors files. */
public final class WeightFiles {
    private WeightFiles() {}

    /** A whole file of another model. */
    public static final class OtherModel extends UserException {
        private static final long serialVersionUID = 1L;

        OtherModel(String message) {
            super(message);
        }
    }

    /** Writes all parameters of a table, cast to a type. */
    public static void write(Path file, Weights weights, DType type, Map<String, String> metadata) {
        List<TensorSource> sources = new ArrayList<>();
        weights.all().forEach((name, tensor) -> sources.add(source(name, tensor, type)));
        write(file, sources, metadata);
    }

    /** Writes all parameters of a table as the weights of a model, cast to a type, in several files if they are large. */
    public static void writeShards(Path folder, Weights weights, DType type) {
        try (CastOne cast = new CastOne()) {
            List<TensorSource> sources = new ArrayList<>();
            weights.all()
                    .forEach((name, tensor) ->
                            sources.add(new TensorSource(name, type, tensor.shape(), () -> cast.bytes(tensor, type))));
            ShardedWriter.write(folder, sources, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        }
    }

    /** Holds the one cast tensor that is being written. */
    private static final class CastOne implements AutoCloseable {
        private Scope owner = Scope.detached();

        MemorySegment bytes(Tensor tensor, DType type) {
            owner.close();
            owner = Scope.detached();
            try (Scope scope = Scope.open()) {
                Tensor cast = Autograd.off(() -> tensor.to(type).to(Device.CPU).contiguous());
                return (cast.equals(tensor) ? tensor : owner.adopt(cast)).bytes();
            }
        }

        @Override
        public void close() {
            owner.close();
        }
    }

    /** Writes tensors in the types they have. */
    public static void write(Path file, Map<String, Tensor> tensors) {
        List<TensorSource> sources = new ArrayList<>();
        tensors.forEach((name, tensor) -> sources.add(source(name, tensor, tensor.dtype())));
        write(file, sources, Map.of());
    }

    private static void write(Path file, List<TensorSource> sources, Map<String, String> metadata) {
        // Copies that casting makes live until the file is complete.
        try (Scope scope = Scope.open()) {
            SafetensorsWriter.write(file, sources, metadata);
        }
    }

    private static TensorSource source(String name, Tensor tensor, DType type) {
        return new TensorSource(
                name,
                type,
                tensor.shape(),
                () -> Autograd.off(() -> tensor.to(type).to(Device.CPU).contiguous())
                        .bytes());
    }

    /** Copies the values of files into tables that want all of them, see {@link #readInto(Map, Set)}. */
    public static void readInto(Map<Path, Weights> files) {
        readInto(files, Set.of());
    }

    /**
     * Copies the values of files into tables of the same names and shapes. All files are opened and checked before the
     * first value is copied, so a failure leaves every table as it was.
     *
     * @param partial tables that want some of their file's tensors only
     * @throws OtherModel if names or shapes differ
     * @throws UserException if a file is missing or malformed
     */
    public static void readInto(Map<Path, Weights> files, Set<Path> partial) {
        Map<SafetensorsFile, Weights> opened = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            for (Map.Entry<Path, Weights> entry : files.entrySet()) {
                SafetensorsFile file = SafetensorsFile.open(entry.getKey());
                opened.put(file, entry.getValue());
                check(file, entry.getValue(), partial.contains(entry.getKey()));
            }
            opened.forEach(WeightFiles::copy);
        } finally {
            opened.keySet().forEach(SafetensorsFile::close);
        }
    }

    private static void check(SafetensorsFile file, Weights weights, boolean partial) {
        Set<String> names = file.tensors().keySet();
        if (partial ? !names.containsAll(weights.names()) : !names.equals(weights.names())) {
            throw new OtherModel(file.path() + " does not hold the tensors of this recipe's model");
        }
        weights.all().forEach((name, target) -> {
            StoredTensor stored = file.tensors().get(name);
            long[] wanted = target.shape();
            if (!Arrays.equals(stored.shape(), wanted)) {
                throw new OtherModel(file.path() + ": tensor '" + name + "' has the shape "
                        + Arrays.toString(stored.shape()) + ", this recipe's model wants " + Arrays.toString(wanted));
            }
        });
    }

    private static void copy(SafetensorsFile file, Weights weights) {
        weights.all().forEach((name, target) -> {
            StoredTensor stored = file.tensors().get(name);
            Tensor source = Tensors.view(stored.data(), stored.dtype(), stored.shape());
            Autograd.off(() -> target.copyInPlace(source));
        });
    }
}
