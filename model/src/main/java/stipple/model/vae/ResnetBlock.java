package stipple.model.vae;

import stipple.model.nn.Conv2d;
import stipple.model.nn.GroupNorm;
import stipple.model.nn.Weights;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/** Two norm-SiLU-convolution stages with a skip connection; the skip is a 1x1 convolution where channels change. */
record ResnetBlock(GroupNorm norm1, Conv2d conv1, GroupNorm norm2, Conv2d conv2, Conv2d shortcut) {
    static ResnetBlock of(Weights weights, String prefix) {
        boolean projects = weights.find(prefix + ".nin_shortcut.weight") != null;
        return new ResnetBlock(
                GroupNorm.of(weights, prefix + ".norm1"),
                Conv2d.same(weights, prefix + ".conv1"),
                GroupNorm.of(weights, prefix + ".norm2"),
                Conv2d.same(weights, prefix + ".conv2"),
                projects ? Conv2d.same(weights, prefix + ".nin_shortcut") : null);
    }

    Tensor apply(Tensor x) {
        Tensor h = conv1.apply(Nn.silu(norm1.apply(x)));
        h = conv2.apply(Nn.silu(norm2.apply(h)));
        return (shortcut == null ? x : shortcut.apply(x)).add(h);
    }
}
