package stipple.data.svg;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.FloatSize;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.function.Supplier;
import stipple.data.DataException;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.quality.PictureChecks;
import stipple.data.quality.PictureChecks.Extent;

/** Draws SVG documents on a white square. */
public final class SvgRenderer {
    /** Real drawings have thousands of paths; the library's limit for documents of strangers is 2000. */
    private static final LoaderContext LOADER = LoaderContext.builder()
            .documentLimits(new DocumentLimits(
                    DocumentLimits.DEFAULT_MAX_NESTING_DEPTH, DocumentLimits.DEFAULT_MAX_USE_NESTING_DEPTH, 20_000))
            .build();
    /** How much of the square a fitted drawing fills. */
    private static final double FILLED = 0.92;

    private SvgRenderer() {}

    /** The page fitted to {@code size} by {@code size} pixels and centred; {@code name} is for messages. */
    public static Pixels render(byte[] svg, int size, String name) {
        return faithfully(name, () -> {
            SVGDocument document = load(svg, name);
            return draw(document, page(document, size), size);
        });
    }

    /** What is drawn on the page, fitted and centred: drawings often take up a corner of a sheet of paper. */
    public static Pixels renderFitted(byte[] svg, int size, String name) {
        return faithfully(name, () -> {
            SVGDocument document = load(svg, name);
            ViewBox page = page(document, size);
            Pixels whole = draw(document, page, size);
            Optional<Extent> drawn = PictureChecks.extent(whole);
            if (drawn.isEmpty()) {
                return whole;
            }
            Extent extent = drawn.get();
            float scale = (float) (FILLED * size / Math.max(extent.width(), extent.height()));
            float left = page.x - (extent.left() + extent.width() / 2f);
            float top = page.y - (extent.top() + extent.height() / 2f);
            ViewBox fitted = new ViewBox(
                    size / 2f + scale * left, size / 2f + scale * top, scale * page.width, scale * page.height);
            return draw(document, fitted, size);
        });
    }

    /** Refuses a drawing about which the library complains: parts of it are missing. */
    private static Pixels faithfully(String name, Supplier<Pixels> drawing) {
        Complaints.clear();
        Pixels pixels = drawing.get();
        Optional<String> complaint = Complaints.first();
        if (complaint.isPresent()) {
            throw new DataException(name + ": the SVG cannot be drawn as it is meant (" + complaint.get() + ")");
        }
        return pixels;
    }

    private static SVGDocument load(byte[] svg, String name) {
        // A loader per drawing: the loader keeps parser state, and drawings are made on several threads.
        SVGDocument document = new SVGLoader().load(new ByteArrayInputStream(svg), null, LOADER);
        if (document == null) {
            throw new DataException(name + ": the SVG does not parse");
        }
        return document;
    }

    private static ViewBox page(SVGDocument document, int size) {
        FloatSize natural = document.size();
        double scale = size / Math.max(natural.getWidth(), natural.getHeight());
        float w = (float) (natural.getWidth() * scale);
        float h = (float) (natural.getHeight() * scale);
        return new ViewBox((size - w) / 2, (size - h) / 2, w, h);
    }

    private static Pixels draw(SVGDocument document, ViewBox place, int size) {
        // Transparent first and white at the end, so that blend modes and filters see the drawing alone.
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
            document.render((Component) null, g, place);
        } finally {
            g.dispose();
        }
        return PixelReader.onWhite(image);
    }
}
