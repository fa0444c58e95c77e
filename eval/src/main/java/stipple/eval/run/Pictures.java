package stipple.eval.run;

import java.nio.file.Path;
import stipple.data.pixels.Pixels;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PixelImage;

/** Pictures between the two modules that know them: the model's and the data's. */
public final class Pictures {
    private Pictures() {}

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
