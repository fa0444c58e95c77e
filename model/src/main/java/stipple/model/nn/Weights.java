package stipple.model.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

/**
 * Named parameters, in checkpoint order, and the scope that owns their memory. Networks are views of such a table: they
 * look their tensors up once when they are built and hold no memory of their own.
 */
public final class Weights implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, PackedMatrix> packed = new LinkedHashMap<>();
    private final Map<String, CardMatrix> cards = new LinkedHashMap<>();
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

    /** Adds a quantised matrix of a graphics card and, unless this is a view, takes over its memory. */
    public void put(String name, CardMatrix matrix) {
        if (owner != null) {
            owner.adopt(matrix.data());
            owner.adopt(matrix.scales());
            if (matrix.one() != null) {
                owner.adopt(matrix.one());
            }
        }
        cards.put(name, matrix);
    }

    /**
     * The parameter of that name.
     *
     * @throws UserException if there is none, or it is quantised
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null && (packed.containsKey(name) || cards.containsKey(name))) {
            WeightFormat format = packed.containsKey(name)
                    ? packed.get(name).format()
                    : cards.get(name).format();
            throw new UserException("The tensor '" + name + "' is quantised to " + format.id()
                    + "; this needs plain weights: stipple convert gives them");
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

    /** The quantised matrix of that name on a graphics card, or null. */
    public CardMatrix card(String name) {
        return cards.get(name);
    }

    /** All quantised matrices of a graphics card in order. */
    public Map<String, CardMatrix> allCards() {
        return Collections.unmodifiableMap(cards);
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
                        .sum()
                + cards.values().stream()
                        .mapToLong(m -> (long) m.out() * m.in())
                        .sum();
    }

    /** Total bytes held. */
    public long bytes() {
        return tensors.values().stream()
                        .mapToLong(t -> t.count() * t.dtype().bytes())
                        .sum()
                + packed.values().stream().mapToLong(PackedMatrix::bytes).sum()
                + cards.values().stream().mapToLong(CardMatrix::bytes).sum();
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
        cards.clear();
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
