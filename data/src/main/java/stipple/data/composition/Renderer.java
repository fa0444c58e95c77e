package stipple.data.composition;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;

/** Draws scenes. The same scene and size give the same pixels. */
public final class Renderer {
    /** How far a channel of a drawn colour may lie from the palette's, in levels of 255. */
    public static final int JITTER = 6;

    private Renderer() {}

    /** The scene as a square of {@code size} pixels with smooth edges. */
    public static Pixels draw(Scene scene, int size) {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setColor(new Color(scene.ground().rgb()));
            g.fillRect(0, 0, size, size);
            for (SceneObject object : scene.objects()) {
                AffineTransform place = AffineTransform.getTranslateInstance(object.x() * size, object.y() * size);
                place.scale(object.size() * size / 2, object.size() * size / 2);
                g.setColor(new Color(object.rgb()));
                g.fill(object.shape().outline().createTransformedArea(place));
            }
        } finally {
            g.dispose();
        }
        return PixelReader.onWhite(image);
    }
}
