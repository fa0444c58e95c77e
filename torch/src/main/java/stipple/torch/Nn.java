package stipple.torch;

import static stipple.torch.Native.wrap;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Neural-network operations as functions of tensors; weights are arguments, null where an argument is optional. */
public final class Nn {
    private static final long[] ONES = {1, 1};

    private Nn() {}

    /**
     * Affine map {@code x W^T + b}.
     *
     * @param x {@code [..., in]}
     * @param weight {@code [out, in]}
     * @param bias {@code [out]} or null
     */
    public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        if (bias == null) {
            return wrap(() -> torch.linear(x.handle, weight.handle));
        }
        try (TensorOptional b = new TensorOptional(bias.handle)) {
            return wrap(() -> torch.linear(x.handle, weight.handle, b));
        }
    }

    /** Rows of a table {@code [rows, width]} picked by I64 ids of any shape. */
    public static Tensor embedding(Tensor table, Tensor ids) {
        return wrap(() -> torch.embedding(table.handle, ids.handle));
    }

    /** x * sigmoid(x). */
    public static Tensor silu(Tensor x) {
        return wrap(() -> torch.silu(x.handle));
    }

    /** Layer norm over the last dimension; weight and bias {@code [width]} or null. */
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double eps) {
        long[] width = {x.size(-1)};
        TensorOptional w = Native.optional(weight);
        TensorOptional b = Native.optional(bias);
        try {
            return wrap(() -> torch.layer_norm(x.handle, width, w, b, eps, false));
        } finally {
            Native.close(w, weight);
            Native.close(b, bias);
        }
    }

    /**
     * Root-mean-square norm over the last dimension, computed in float32 and cast back before the weight is applied
     * (reference §2.1).
     */
    public static Tensor rmsNorm(Tensor x, Tensor weight, double eps) {
        Tensor wide = x.to(DType.F32);
        Tensor scale = wide.square().mean(-1).add(eps).rsqrt();
        return wide.mul(scale).to(x.dtype()).mul(weight);
    }

    /** Group norm of {@code [n, c, ...]} with affine weights {@code [c]}. */
    public static Tensor groupNorm(Tensor x, int groups, Tensor weight, Tensor bias, double eps) {
        try (TensorOptional w = new TensorOptional(weight.handle);
                TensorOptional b = new TensorOptional(bias.handle)) {
            return wrap(() -> torch.group_norm(x.handle, groups, w, b, eps, false));
        }
    }

    /**
     * Two-dimensional convolution.
     *
     * @param x {@code [n, in, h, w]}
     * @param weight {@code [out, in, kh, kw]}
     * @param bias {@code [out]} or null
     */
    public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, int stride, int padding) {
        return conv2d(x, weight, bias, stride, padding, 1);
    }

    /**
     * The same on groups of channels that do not mix.
     *
     * @param weight {@code [out, in / groups, kh, kw]}
     * @param groups number of groups; as many as channels for a depthwise convolution
     */
    public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups) {
        TensorOptional b = Native.optional(bias);
        try {
            return wrap(() -> torch.conv2d(
                    x.handle,
                    weight.handle,
                    b,
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    ONES,
                    groups));
        } finally {
            Native.close(b, bias);
        }
    }

    /** Zero padding of the last two dimensions. */
    public static Tensor padZero(Tensor x, long left, long right, long top, long bottom) {
        return wrap(() -> torch.constant_pad_nd(x.handle, left, right, top, bottom));
    }

    /**
     * Brings pictures to another size: bilinear between pixel centres where a side grows, means over areas where both
     * shrink.
     *
     * @param x {@code [n, c, h, w]}
     */
    public static Tensor resize(Tensor x, long height, long width) {
        long[] size = {height, width};
        if (x.size(-2) == height && x.size(-1) == width) {
            return x;
        }
        return x.size(-2) >= height && x.size(-1) >= width
                ? wrap(() -> torch.adaptive_avg_pool2d(x.handle, size))
                : wrap(() -> torch.upsample_bilinear2d(x.handle, size, false, Native.NO_DOUBLE, Native.NO_DOUBLE));
    }

    /** Doubles height and width by repeating pixels. */
    public static Tensor upsampleNearest(Tensor x) {
        long[] size = {x.size(-2) * 2, x.size(-1) * 2};
        return wrap(() -> torch.upsample_nearest2d(x.handle, size, Native.NO_DOUBLE, Native.NO_DOUBLE));
    }

    /**
     * Scaled dot-product attention with grouped query heads.
     *
     * @param q {@code [n, heads, queries, d]}
     * @param k {@code [n, kvHeads, keys, d]}
     * @param v {@code [n, kvHeads, keys, d]}
     * @param mask added to the scores, broadcastable to {@code [n, heads, queries, keys]}, or null
     * @param causal whether query i sees keys 0..i only; exclusive with a mask
     */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, Tensor mask, boolean causal) {
        boolean grouped = q.size(1) != k.size(1);
        TensorOptional m = Native.optional(mask);
        try (DoubleOptional scale = new DoubleOptional(1.0 / Math.sqrt(q.size(-1)))) {
            return wrap(() ->
                    torch.scaled_dot_product_attention(q.handle, k.handle, v.handle, m, 0.0, causal, scale, grouped));
        } finally {
            Native.close(m, mask);
        }
    }

    /**
     * Mean cross-entropy in nats over the labels that are not -100; NaN when all are.
     *
     * @param logits {@code [n, classes]}
     * @param labels I64 {@code [n]}
     */
    public static Tensor crossEntropy(Tensor logits, Tensor labels) {
        return wrap(() -> torch.cross_entropy_loss(logits.handle, labels.handle));
    }
}
