package stipple.model.backbone;

import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Keys and values of the image tokens of one picture, a row per guidance branch. Each row continues a prompt of its own
 * length, which may be shared with other pictures.
 */
public abstract sealed class PictureCache implements AutoCloseable permits SharedPromptCache, WholeRowCache {
    final Scope owner = Scope.detached();
    final List<KvCache> prompts;
    final int capacity;
    int length;
    private final Tensor cos;
    private final Tensor sin;

    /**
     * Computes the rotary factors of the whole picture, so that no position has to be brought to the device later.
     *
     * @param tokens image tokens to be fed back
     */
    PictureCache(BackboneConfig config, List<KvCache> prompts, int tokens, DType compute, Device device) {
        this.prompts = List.copyOf(prompts);
        this.capacity = tokens;
        try (Scope scope = Scope.open()) {
            Rope table = Rope.table(config, longestPrompt() + tokens, compute, device);
            int n = prompts.size();
            long[] positions = new long[tokens * n];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = prompts.get(i % n).length() + i / n;
            }
            Tensor index = Tensors.of(positions, positions.length).to(device);
            long[] shape = {tokens, n, 1, 1, config.headDim() / 2};
            cos = owner.adopt(table.cos().indexSelect(0, index).reshape(shape));
            sin = owner.adopt(table.sin().indexSelect(0, index).reshape(shape));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    final long longestPrompt() {
        return prompts.stream().mapToLong(KvCache::length).max().orElseThrow();
    }

    /** Memory {@code [rows, kvHeads, positions, headDim]} of the picture. */
    final Tensor room(BackboneConfig config, long positions, DType compute, Device device) {
        DType type = Attention.kernelType(compute, device);
        return owner.adopt(Tensors.empty(device, type, prompts.size(), config.kvHeads(), positions, config.headDim()));
    }

    /** Rows, one per guidance branch. */
    final int rows() {
        return prompts.size();
    }

    /** Rotary factors of the next position of every row, {@code [rows, 1, 1, headDim/2]}. */
    final Rope rope() {
        requireRoom();
        return new Rope(cos.select(0, length), sin.select(0, length));
    }

    final void requireRoom() {
        if (length == capacity) {
            throw new IllegalStateException("The picture has room for " + capacity + " tokens, one more does not fit");
        }
    }

    /**
     * Appends the next token's keys and values to a layer and lets its queries see the whole rows.
     *
     * @param q {@code [rows, heads, 1, headDim]}
     * @param k {@code [rows, kvHeads, 1, headDim]}
     * @param v the same shape as k
     * @return {@code [rows, heads * headDim]}
     */
    abstract Tensor attend(int layer, Tensor q, Tensor k, Tensor v);

    final void advance() {
        length++;
    }

    @Override
    public final void close() {
        owner.close();
    }
}
