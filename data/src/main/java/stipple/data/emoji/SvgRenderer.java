package stipple.data.emoji;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.FloatSize;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import stipple.data.DataException;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;

/** Draws SVG documents on a white square. */
final class SvgRenderer {
    private SvgRenderer() {}

    /** The drawing fitted to {@code size} by {@code size} pixels and centred; {@code name} is for messages. */
    static Pixels render(byte[] svg, int size, String name) {
        // A loader per drawing: the loader keeps parser state, and drawings are made on several threads.
        SVGDocument document = new SVGLoader().load(new ByteArrayInputStream(svg), null, LoaderContext.createDefault());
        if (document == null) {
            throw new DataException(name + ": the SVG does not parse");
        }
        // Transparent first and white at the end, so that blend modes and filters see the drawing alone.
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
            FloatSize natural = document.size();
            double scale = size / Math.max(natural.getWidth(), natural.getHeight());
            float w = (float) (natural.getWidth() * scale);
            float h = (float) (natural.getHeight() * scale);
            document.render((Component) null, g, new ViewBox((size - w) / 2, (size - h) / 2, w, h));
        } finally {
            g.dispose();
        }
        return PixelReader.onWhite(image);
    }
}
