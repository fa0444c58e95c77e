package stipple.model.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.torch.kernels.PackedMatrix;

/**
 * Named parameters, in checkpoint order, and the scope that owns their memory. Networks are views of such a table: they
 * look their tensors up once when they are built and hold no memory of their own.
 */
public final class Weights implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, PackedMatrix> packed = new LinkedHashMap<>();
    private final Scope owner;
    private AutoCloseable source;

    /** An empty table that will own its tensors. */
    public Weights() {
        this(Scope.detached());
    }

    private Weights(Scope owner) {
        this.owner = owner;
    }

    /** An empty table of tensors that belong to others, to build a network over several tables. */
    public static Weights view() {
        return new Weights(null);
    }

    /** Adds a parameter and, unless this is a view, takes over its memory; one it replaces is freed. */
    public void put(String name, Tensor tensor) {
        Tensor before = tensors.put(name, owner == null ? tensor : owner.adopt(tensor));
        if (owner != null && before != null && !before.equals(tensor)) {
            before.close();
        }
    }

    /** Adds a quantised matrix and, unless this is a view, takes over its memory. */
    public void put(String name, PackedMatrix matrix) {
        if (owner != null) {
            owner.adopt(matrix.data());
            owner.adopt(matrix.scales());
        }
        packed.put(name, matrix);
    }

    /**
     * The parameter of that name.
     *
     * @throws UserException if there is none, or it is quantised
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null && packed.containsKey(name)) {
            throw new UserException("The tensor '" + name + "' is quantised to "
                    + packed.get(name).format().id() + "; this needs plain weights: stipple convert gives them");
        }
        if (tensor == null) {
            throw new UserException("The checkpoint has no tensor '" + name + "'");
        }
        return tensor;
    }

    /** The quantised matrix of that name, or null. */
    public PackedMatrix packed(String name) {
        return packed.get(name);
    }

    /** All quantised matrices in order. */
    public Map<String, PackedMatrix> allPacked() {
        return Collections.unmodifiableMap(packed);
    }

    /** The plain parameter of that name, or null. */
    public Tensor find(String name) {
        return tensors.get(name);
    }

    /** All names of plain parameters in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** All plain parameters in order. */
    public Map<String, Tensor> all() {
        return Collections.unmodifiableMap(tensors);
    }

    /** Total number of parameters. */
    public long count() {
        return tensors.values().stream().mapToLong(Tensor::count).sum()
                + packed.values().stream()
                        .mapToLong(m -> (long) m.out() * m.in())
                        .sum();
    }

    /** Total bytes held. */
    public long bytes() {
        return tensors.values().stream()
                        .mapToLong(t -> t.count() * t.dtype().bytes())
                        .sum()
                + packed.values().stream().mapToLong(PackedMatrix::bytes).sum();
    }

    /** Hands over the files that mapped tensors lie in; they are closed after the tensors. */
    public <T extends AutoCloseable> void keepOpen(T files) {
        source = files;
    }

    @Override
    public void close() {
        if (owner != null) {
            owner.close();
        }
        tensors.clear();
        packed.clear();
        if (source != null) {
            try {
                source.close();
            } catch (Exception e) {
                throw new IllegalStateException("Could not close the files of the weights", e);
            }
            source = null;
        }
    }
}
