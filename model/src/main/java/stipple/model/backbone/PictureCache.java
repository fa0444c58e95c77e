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
 * Keys and values of the image tokens of one picture, a row per guidance branch. Each row continues a prompt of its own
 * length that is kept elsewhere and may be shared with other pictures; nothing is padded.
 */
public final class PictureCache implements AutoCloseable {
    private final Scope owner = Scope.detached();
    private final List<KvCache> prompts;
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final Tensor cos;
    private final Tensor sin;
    private final int capacity;
    private int length;

    PictureCache(BackboneConfig config, List<KvCache> prompts, int tokens, DType compute, Device device) {
        this.prompts = List.copyOf(prompts);
        this.capacity = tokens;
        try (Scope scope = Scope.open()) {
            DType type = Attention.kernelType(compute, device);
            for (int layer = 0; layer < config.layers(); layer++) {
                keys.add(room(config, type, device));
                values.add(room(config, type, device));
            }
            long longest = prompts.stream().mapToLong(KvCache::length).max().orElseThrow();
            Rope table = Rope.table(config, longest + tokens, compute, device);
            cos = owner.adopt(table.cos());
            sin = owner.adopt(table.sin());
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private Tensor room(BackboneConfig config, DType type, Device device) {
        return owner.adopt(Tensors.empty(type, prompts.size(), config.kvHeads(), capacity, config.headDim())
                .to(device));
    }

    /** Rows, one per guidance branch. */
    int rows() {
        return prompts.size();
    }

    /** Rotary factors of the next position of every row, {@code [rows, 1, 1, headDim/2]}. */
    Rope rope() {
        long[] positions =
                prompts.stream().mapToLong(prompt -> prompt.length() + length).toArray();
        Tensor index = Tensors.of(positions, positions.length).to(cos.device());
        long half = cos.size(1);
        return new Rope(
                cos.indexSelect(0, index).reshape(positions.length, 1, 1, half),
                sin.indexSelect(0, index).reshape(positions.length, 1, 1, half));
    }

    /**
     * Appends the next token's keys and values to a layer and lets its queries see the whole rows.
     *
     * @param q {@code [rows, heads, 1, headDim]}
     * @param k {@code [rows, kvHeads, 1, headDim]}
     * @param v the same shape as k
     * @return {@code [rows, heads * headDim]}
     */
    Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
        if (length == capacity) {
            throw new IllegalStateException("The picture has room for " + capacity + " tokens, one more does not fit");
        }
        keys.get(layer).narrow(2, length, 1).copyInPlace(k);
        values.get(layer).narrow(2, length, 1).copyInPlace(v);
        try (Scope scope = Scope.open()) {
            List<Tensor> rows = new ArrayList<>();
            for (int row = 0; row < prompts.size(); row++) {
                rows.add(attend(layer, row, q.select(0, row)));
            }
            return scope.keep(Tensors.stack(rows, 0));
        }
    }

    /** Two segments, one softmax: the prompt where it lies and the row's own tokens, without joining them in memory. */
    private Tensor attend(int layer, int row, Tensor q) {
        Tensor ownKeys = keys.get(layer).select(0, row).narrow(1, 0, length + 1);
        Tensor ownValues = values.get(layer).select(0, row).narrow(1, 0, length + 1);
        long kvHeads = ownKeys.size(0);
        long width = ownKeys.size(2);
        long prompt = prompts.get(row).length();
        Tensor grouped = q.reshape(kvHeads, -1, width).mul(1 / Math.sqrt(width));
        Tensor before = grouped.matmul(prompts.get(row).keys(layer).select(0, 0).transpose(1, 2));
        Tensor own = grouped.matmul(ownKeys.transpose(1, 2));
        Tensor share =
                Tensors.cat(List.of(before, own), 2).to(DType.F32).softmax().to(q.dtype());
        Tensor out = share.narrow(2, 0, prompt)
                .matmul(prompts.get(row).values(layer).select(0, 0))
                .add(share.narrow(2, prompt, length + 1L).matmul(ownValues));
        return out.reshape(-1);
    }

    void advance() {
        length++;
    }

    @Override
    public void close() {
        owner.close();
    }
}
