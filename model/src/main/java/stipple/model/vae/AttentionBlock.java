package stipple.model.vae;

import stipple.model.nn.Conv2d;
import stipple.model.nn.GroupNorm;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/** Single-head self-attention over all positions of a feature map, added to its input. */
record AttentionBlock(GroupNorm norm, Conv2d q, Conv2d k, Conv2d v, Conv2d projection) {
    static AttentionBlock of(Weights weights, String prefix) {
        return new AttentionBlock(
                GroupNorm.of(weights, prefix + ".norm"),
                Conv2d.same(weights, prefix + ".q"),
                Conv2d.same(weights, prefix + ".k"),
                Conv2d.same(weights, prefix + ".v"),
                Conv2d.same(weights, prefix + ".proj_out"));
    }

    /** Maps {@code [n, c, h, w]} to the same shape. */
    Tensor apply(Tensor x) {
        Tensor normed = norm.apply(x);
        Tensor mixed = Nn.attention(
                positions(q.apply(normed)), positions(k.apply(normed)), positions(v.apply(normed)), null, false);
        Tensor map = mixed.to(x.dtype()).squeeze(1).transpose(1, 2).reshape(x.shape());
        return x.add(projection.apply(map));
    }

    /** Rearranges {@code [n, c, h, w]} to one head of {@code [n, 1, h*w, c]}, in float32 as the softmax wants it. */
    private static Tensor positions(Tensor map) {
        return map.to(DType.F32)
                .reshape(map.size(0), map.size(1), -1)
                .transpose(1, 2)
                .contiguous()
                .unsqueeze(1);
    }
}
