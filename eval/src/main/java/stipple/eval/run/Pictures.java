package stipple.eval.run;

import java.nio.file.Path;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.model.generate.PixelTensors;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PixelImage;
import stipple.torch.DType;
import stipple.torch.Tensor;

/** Pictures between the two modules that know them: the model's and the data's. */
public final class Pictures {
    private Pictures() {}

    /** A picture as a network of judges takes it: brought to a square of a side, float32 {@code [1, 3, side, side]} in [-1, 1]. */
    public static Tensor fitted(Pixels picture, int side) {
        Pixels square = Resampler.fitOnWhite(picture, side, Resampler.Filter.LANCZOS);
        return PixelTensors.of(of(square)).to(DType.F32);
    }

    /** A picture file. */
    public static Pixels read(Path file) {
        return of(ImageDecoder.read(file));
    }

    /** The same pixels for the data side. */
    public static Pixels of(PixelImage image) {
        return new Pixels(image.width(), image.height(), image.rgb());
    }

    /** The same pixels for the model side. */
    public static PixelImage of(Pixels pixels) {
        return new PixelImage(pixels.width(), pixels.height(), pixels.rgb());
    }
}
