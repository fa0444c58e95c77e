package stipple.model.quant;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.PackedMatrix;

/**
 * The tensors of a quantised copy, made when they are asked for. A file has the scales of its matrices before their
 * integers, so these wait in memory for their turn: at most those of one file.
 */
public final class QuantisedSources implements AutoCloseable {
    private final Quantisation quantisation;
    private final Consumer<MatrixError> done;
    private final Map<String, MatrixError> errors = new LinkedHashMap<>();
    private final Map<String, Scope> waiting = new HashMap<>();
    private final Map<String, PackedMatrix> packed = new HashMap<>();
    private final List<TensorSource> sources = new ArrayList<>();
    private Scope previous = Scope.detached();

    /**
     * Plans the copy.
     *
     * @param tensors what to copy; the files stay open
     * @param done is told about each matrix once it is rounded
     */
    public QuantisedSources(Map<String, StoredTensor> tensors, Quantisation quantisation, Consumer<MatrixError> done) {
        this.quantisation = quantisation;
        this.done = done;
        for (StoredTensor stored : tensors.values()) {
            if (quantisation.covers(stored.name(), stored.shape())) {
                add(stored);
            } else {
                sources.add(TensorSource.of(stored));
            }
        }
    }

    /** The tensors to write, scales before their matrix. */
    public List<TensorSource> sources() {
        return List.copyOf(sources);
    }

    /** What happened to the matrices that were written so far, by name. */
    public Map<String, MatrixError> errors() {
        return errors;
    }

    private void add(StoredTensor stored) {
        long out = stored.shape()[0];
        long in = stored.shape()[1];
        sources.add(new TensorSource(
                stored.name() + PackedTensors.SCALES,
                PackedMatrix.scaleType(quantisation.format()),
                PackedMatrix.scaleShape(quantisation.format(), out, in, quantisation.group()),
                () -> round(stored)));
        sources.add(new TensorSource(
                stored.name(),
                DType.U8,
                PackedMatrix.dataShape(quantisation.format(), out, in),
                () -> take(stored.name())));
    }

    private MemorySegment round(StoredTensor stored) {
        Scope owner = Scope.detached();
        waiting.put(stored.name(), owner);
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                    .to(DType.F32);
            PackedMatrix matrix = quantisation.apply(stored.name(), weight);
            owner.adopt(matrix.data());
            owner.adopt(matrix.scales());
            packed.put(stored.name(), matrix);
            MatrixError error = MatrixError.of(stored.name(), weight, matrix);
            errors.put(stored.name(), error);
            done.accept(error);
            return matrix.scales().bytes();
        }
    }

    private MemorySegment take(String name) {
        previous.close();
        previous = waiting.remove(name);
        return packed.remove(name).data().bytes();
    }

    @Override
    public void close() {
        previous.close();
        waiting.values().forEach(Scope::close);
    }
}
