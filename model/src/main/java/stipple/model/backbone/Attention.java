package stipple.model.backbone;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Self-attention with grouped key/value heads (reference §2.1): q, k, v with bias, output projection as stored. */
record Attention(int heads, int kvHeads, int headDim, Linear q, Linear k, Linear v, Linear output) {
    static Attention of(BackboneConfig config, Weights weights, String prefix) {
        return new Attention(
                config.heads(),
                config.kvHeads(),
                config.headDim(),
                Linear.of(weights, prefix + ".q_proj"),
                Linear.of(weights, prefix + ".k_proj"),
                Linear.of(weights, prefix + ".v_proj"),
                Linear.of(weights, prefix + ".o_proj"));
    }

    /**
     * The type in which the attention product runs: float32 on the CPU, where libtorch's bfloat16 kernel is an order of
     * magnitude slower and the softmax is float32 by definition; the type of the activations on CUDA.
     */
    static DType kernelType(DType compute, Device device) {
        return device.type() == Device.Type.CPU ? DType.F32 : compute;
    }

    /**
     * Attends over the row itself, or over a cache that grows by it.
     *
     * @param x {@code [rows, tokens, hidden]}
     * @param layer index into the cache
     */
    Tensor apply(Tensor x, AttentionContext context, int layer) {
        long rows = x.size(0);
        long tokens = x.size(1);
        DType kernel = kernelType(x.dtype(), x.device());
        Tensor queries =
                context.rope().rotate(split(q.apply(x), rows, tokens, heads)).to(kernel);
        Tensor keys =
                context.rope().rotate(split(k.apply(x), rows, tokens, kvHeads)).to(kernel);
        Tensor values = split(v.apply(x), rows, tokens, kvHeads).to(kernel);
        if (context.cache() != null) {
            keys = context.cache().appendKeys(layer, keys);
            values = context.cache().appendValues(layer, values);
        }
        Tensor mixed = context.ragged() == null
                ? Nn.attention(queries, keys, values, context.mask(), context.causal())
                        .transpose(1, 2)
                : context.ragged().attend(queries, keys, values);
        return output.apply(mixed.reshape(rows, tokens, (long) heads * headDim).to(x.dtype()));
    }

    /**
     * Attends over rows that each have a length of their own, one token per row.
     *
     * @param x {@code [rows, 1, hidden]}
     * @param pictures whose rows they are, in order
     */
    Tensor step(Tensor x, List<PictureCache> pictures, Rope rope, int layer) {
        long rows = x.size(0);
        DType kernel = kernelType(x.dtype(), x.device());
        Tensor queries = rope.rotate(split(q.apply(x), rows, 1, heads)).to(kernel);
        Tensor keys = rope.rotate(split(k.apply(x), rows, 1, kvHeads)).to(kernel);
        Tensor values = split(v.apply(x), rows, 1, kvHeads).to(kernel);
        List<Tensor> mixed = new ArrayList<>();
        long at = 0;
        for (PictureCache picture : pictures) {
            int n = picture.rows();
            mixed.add(picture.attend(layer, queries.narrow(0, at, n), keys.narrow(0, at, n), values.narrow(0, at, n)));
            at += n;
        }
        Tensor all = mixed.size() == 1 ? mixed.getFirst() : Tensors.cat(mixed, 0);
        return output.apply(all.reshape(rows, 1, (long) heads * headDim).to(x.dtype()));
    }

    private Tensor split(Tensor projected, long rows, long tokens, int count) {
        return projected.reshape(rows, tokens, count, headDim).transpose(1, 2);
    }
}
