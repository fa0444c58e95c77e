package stipple.model.backbone;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Keys and values of every layer for a batch of rows, of fixed capacity and written in place. Rows may be padded on the
 * left; the padding is masked for as long as the cache lives.
 */
public final class KvCache implements AutoCloseable {
    private final Scope owner = Scope.detached();
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final Rope rope;
    private final Tensor padding;
    private final long capacity;
    private long length;

    /**
     * Allocates an empty cache.
     *
     * @param mask 0 where the prompt is padding, {@code [rows][prompt]}
     * @param extra tokens that will follow the prompt
     */
    KvCache(BackboneConfig config, long[][] mask, long extra, DType compute, Device device) {
        try (Scope scope = Scope.open()) {
            int rows = mask.length;
            capacity = mask[0].length + extra;
            DType type = Attention.kernelType(compute, device);
            for (int layer = 0; layer < config.layers(); layer++) {
                keys.add(room(config, rows, type, device));
                values.add(room(config, rows, type, device));
            }
            Rope table = Rope.table(config, capacity, compute, device);
            rope = new Rope(owner.adopt(table.cos()), owner.adopt(table.sin()));
            padding = padded(mask) ? owner.adopt(keyMask(mask, capacity, type).to(device)) : null;
        }
    }

    private Tensor room(BackboneConfig config, int rows, DType type, Device device) {
        return owner.adopt(Tensors.empty(device, type, rows, config.kvHeads(), capacity, config.headDim())
                .zeroInPlace());
    }

    private static boolean padded(long[][] mask) {
        for (long[] row : mask) {
            for (long slot : row) {
                if (slot == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Additive mask {@code [rows, 1, 1, capacity]}: minus infinity on padding, zero elsewhere. */
    private static Tensor keyMask(long[][] mask, long capacity, DType type) {
        float[] values = new float[mask.length * (int) capacity];
        for (int row = 0; row < mask.length; row++) {
            for (int slot = 0; slot < mask[row].length; slot++) {
                values[row * (int) capacity + slot] = mask[row][slot] == 0 ? Float.NEGATIVE_INFINITY : 0f;
            }
        }
        return Tensors.of(values, mask.length, 1, 1, capacity).to(type);
    }

    /** Tokens held so far. */
    public long length() {
        return length;
    }

    /** Tokens it can hold. */
    public long capacity() {
        return capacity;
    }

    /** Keys of a layer so far, {@code [rows, kvHeads, length, headDim]}. */
    Tensor keys(int layer) {
        return keys.get(layer).narrow(2, 0, length);
    }

    /** Values of a layer so far. */
    Tensor values(int layer) {
        return values.get(layer).narrow(2, 0, length);
    }

    Rope rope(long tokens) {
        return rope.slice(length, tokens);
    }

    Tensor padding(long keys) {
        return padding == null ? null : padding.narrow(3, 0, keys);
    }

    /** Appends {@code [rows, kvHeads, tokens, headDim]} to a layer and returns all its keys so far. */
    Tensor appendKeys(int layer, Tensor k) {
        return append(keys.get(layer), k);
    }

    /** Appends to a layer and returns all its values so far. */
    Tensor appendValues(int layer, Tensor v) {
        return append(values.get(layer), v);
    }

    private Tensor append(Tensor store, Tensor fresh) {
        long tokens = fresh.size(2);
        if (length + tokens > capacity) {
            throw new IllegalStateException(
                    "The cache holds " + length + " of " + capacity + " tokens, " + tokens + " more do not fit");
        }
        store.narrow(2, length, tokens).copyInPlace(fresh);
        return store.narrow(2, 0, length + tokens);
    }

    void advance(long tokens) {
        length += tokens;
    }

    @Override
    public void close() {
        owner.close();
    }
}
