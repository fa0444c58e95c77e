package stipple.model.backbone;

import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Rotary position embedding in the half-split form (reference §2.2).
 *
 * @param cos {@code [positions, headDim/2]}
 * @param sin {@code [positions, headDim/2]}
 */
record Rope(Tensor cos, Tensor sin) {
    /**
     * Tables for positions 0..n-1 in the type of the activations. With rounded frequencies they equal what the published
     * weights saw: frequencies stored in bfloat16, angles in float32.
     */
    static Rope table(BackboneConfig config, long n, DType type, Device device) {
        int half = config.headDim() / 2;
        float[] frequencies = new float[half];
        for (int k = 0; k < half; k++) {
            // Rounded to float32 after each operation, as torch computes it: far positions multiply the difference.
            float exponent = 2f * k / config.headDim();
            frequencies[k] = 1f / (float) Math.pow((float) config.ropeTheta(), exponent);
        }
        Tensor f = Tensors.of(frequencies, 1, half);
        if (config.roundedRope()) {
            f = f.to(DType.BF16).to(DType.F32);
        }
        Tensor angles = Tensors.arange(n).unsqueeze(1).mul(f);
        return new Rope(angles.cos().to(type).to(device), angles.sin().to(type).to(device));
    }

    /** The rows of some positions, which may repeat. */
    Rope pick(long[] positions) {
        Tensor index = Tensors.of(positions, positions.length).to(cos.device());
        return new Rope(cos.indexSelect(0, index), sin.indexSelect(0, index));
    }

    /** The rows of consecutive positions. */
    Rope slice(long start, long length) {
        return new Rope(cos.narrow(0, start, length), sin.narrow(0, start, length));
    }

    /** Rotates {@code [n, heads, positions, headDim]}. */
    Tensor rotate(Tensor x) {
        Tensor[] halves = x.chunk(2, 3);
        Tensor low = halves[0].mul(cos).sub(halves[1].mul(sin));
        Tensor high = halves[1].mul(cos).add(halves[0].mul(sin));
        return Tensors.cat(java.util.List.of(low, high), -1);
    }
}
