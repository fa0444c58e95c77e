package stipple.data.words;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import stipple.data.fonts.OutlineFont;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;

/** Draws texts. The same text, font file and size give the same pixels. */
final class LetteringRenderer {
    /** Least distance of the letters from the edges, as a part of the picture's side. */
    private static final double MARGIN = 0.05;
    /** The tallest a text gets, so that a single letter leaves some ground. */
    private static final double TALLEST = 0.72;
    /** Ground between the letters of two lines, in ems. */
    private static final double BETWEEN_LINES = 0.22;

    private LetteringRenderer() {}

    /** The text as a square of {@code size} pixels with smooth edges. */
    static Pixels draw(Lettering lettering, OutlineFont font, int size) {
        Path2D.Double block = block(lettering, font);
        block.transform(AffineTransform.getRotateInstance(Math.toRadians(lettering.degrees())));
        Rectangle2D bounds = block.getBounds2D();
        double room = 1 - 2 * MARGIN;
        double scale = lettering.size() * Math.min(room / bounds.getWidth(), TALLEST / bounds.getHeight());
        double left = MARGIN + lettering.x() * (room - scale * bounds.getWidth());
        double top = MARGIN + lettering.y() * (room - scale * bounds.getHeight());
        AffineTransform place = AffineTransform.getScaleInstance(size, size);
        place.translate(left, top);
        place.scale(scale, scale);
        place.translate(-bounds.getX(), -bounds.getY());
        block.transform(place);
        return fill(block, lettering, size);
    }

    /** The lines, centred above each other, in ems. */
    private static Path2D.Double block(Lettering lettering, OutlineFont font) {
        Path2D.Double block = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double bottom = Double.NaN;
        for (String line : lettering.lines()) {
            Path2D.Double path = font.line(line);
            Rectangle2D bounds = path.getBounds2D();
            double down = Double.isNaN(bottom) ? 0 : bottom + BETWEEN_LINES - bounds.getMinY();
            path.transform(AffineTransform.getTranslateInstance(-bounds.getCenterX(), down));
            bottom = bounds.getMaxY() + down;
            block.append(path, false);
        }
        return block;
    }

    private static Pixels fill(Path2D path, Lettering lettering, int size) {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setColor(new Color(lettering.ground().rgb()));
            g.fillRect(0, 0, size, size);
            g.setColor(new Color(lettering.rgb()));
            g.fill(path);
        } finally {
            g.dispose();
        }
        return PixelReader.onWhite(image);
    }
}
