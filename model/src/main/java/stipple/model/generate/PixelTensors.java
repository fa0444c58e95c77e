package stipple.model.generate;

import stipple.model.image.PixelImage;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Pixels as tensors and back (reference §1.6). */
public final class PixelTensors {
    private PixelTensors() {}

    /** A picture as float32 {@code [1, 3, h, w]} in [-1, 1]. */
    public static Tensor of(PixelImage image) {
        return Tensors.of(image.rgb(), image.height(), image.width(), PixelImage.CHANNELS)
                .permute(2, 0, 1)
                .unsqueeze(0)
                .to(DType.F32)
                .div(255)
                .sub(Tensors.scalar(0.5))
                .div(0.5)
                .contiguous();
    }

    /** The only picture of {@code [1, 3, h, w]}: clamped, and rounded half to even. */
    public static PixelImage image(Tensor pixels) {
        byte[] rgb = pixels.select(0, 0)
                .div(2)
                .add(0.5)
                .clamp(0, 1)
                .mul(255)
                .round()
                .permute(1, 2, 0)
                .contiguous()
                .toBytes();
        return new PixelImage((int) pixels.size(3), (int) pixels.size(2), rgb);
    }
}
