package stipple.data.composition;

import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The geometry of the shapes in the square from -1 to 1, y down. */
final class ShapeOutlines {
    /** Each outline is made once, for that is slow, and only copied afterwards. */
    private static final Map<Shape, Area> ALL =
            Stream.of(Shape.values()).collect(Collectors.toMap(s -> s, ShapeOutlines::make));

    private ShapeOutlines() {}

    /** A copy of the outline. */
    static Area of(Shape shape) {
        return (Area) ALL.get(shape).clone();
    }

    private static Area make(Shape shape) {
        return fitted(
                switch (shape) {
                    case CIRCLE -> disc(0, 0, 1);
                    case SQUARE -> box(-1, -1, 1, 1);
                    case TRIANGLE -> polygon(0, -0.9, 1, 0.85, -1, 0.85);
                    case STAR -> star();
                    case HEART -> heart();
                    case CROSS -> union(box(-0.34, -1, 0.34, 1), box(-1, -0.34, 1, 0.34));
                    case DIAMOND -> polygon(0, -1, 0.72, 0, 0, 1, -0.72, 0);
                    case RING -> minus(disc(0, 0, 1), disc(0, 0, 0.52));
                    case MOON -> minus(disc(0, 0, 1), disc(0.52, -0.18, 0.86));
                    case DROP -> drop();
                    case CLOUD ->
                        union(
                                disc(-0.55, 0.2, 0.42),
                                disc(-0.1, -0.15, 0.52),
                                disc(0.52, 0.12, 0.46),
                                box(-0.55, 0.1, 0.52, 0.6));
                    case HOUSE ->
                        minus(
                                union(box(-0.75, -0.1, 0.75, 1), polygon(0, -1, 1, -0.05, -1, -0.05)),
                                union(box(-0.5, 0.3, -0.08, 1.1), box(0.22, 0.2, 0.56, 0.54)));
                    case TREE ->
                        union(
                                polygon(0, -1, 0.48, -0.4, -0.48, -0.4),
                                polygon(0, -0.7, 0.64, 0.1, -0.64, 0.1),
                                polygon(0, -0.3, 0.8, 0.62, -0.8, 0.62),
                                box(-0.16, 0.6, 0.16, 1));
                    case FLOWER -> flower();
                    case FISH ->
                        minus(
                                union(ellipse(-0.25, 0, 0.75, 0.52), polygon(0.25, 0, 1, -0.55, 0.85, 0, 1, 0.55)),
                                disc(-0.6, -0.12, 0.12));
                    case MUSHROOM -> mushroom();
                    case GHOST -> ghost();
                    case SMILEY -> smiley();
                    case CUP ->
                        union(
                                polygon(-0.95, -0.7, 0.5, -0.7, 0.36, 0.8, -0.81, 0.8),
                                minus(disc(0.5, -0.05, 0.5), disc(0.5, -0.05, 0.28)));
                    case CROWN -> polygon(-1, -0.62, -0.5, 0.02, 0, -0.8, 0.5, 0.02, 1, -0.62, 0.82, 0.75, -0.82, 0.75);
                });
    }

    /** Moved and scaled evenly so that its longer side reaches from -1 to 1 and it stands in the middle. */
    private static Area fitted(Area area) {
        Rectangle2D bounds = area.getBounds2D();
        double scale = 2 / Math.max(bounds.getWidth(), bounds.getHeight());
        AffineTransform fit = AffineTransform.getScaleInstance(scale, scale);
        fit.translate(-bounds.getCenterX(), -bounds.getCenterY());
        return area.createTransformedArea(fit);
    }

    private static Area star() {
        double[] points = new double[20];
        for (int i = 0; i < 10; i++) {
            double radius = i % 2 == 0 ? 1 : 0.42;
            double angle = -Math.PI / 2 + i * Math.PI / 5;
            points[2 * i] = radius * Math.cos(angle);
            points[2 * i + 1] = radius * Math.sin(angle);
        }
        return polygon(points);
    }

    private static Area heart() {
        Path2D path = new Path2D.Double();
        path.moveTo(0, 0.95);
        path.curveTo(-0.5, 0.5, -1, 0.1, -1, -0.38);
        path.curveTo(-1, -0.75, -0.75, -0.92, -0.5, -0.92);
        path.curveTo(-0.25, -0.92, -0.08, -0.75, 0, -0.55);
        path.curveTo(0.08, -0.75, 0.25, -0.92, 0.5, -0.92);
        path.curveTo(0.75, -0.92, 1, -0.75, 1, -0.38);
        path.curveTo(1, 0.1, 0.5, 0.5, 0, 0.95);
        path.closePath();
        return new Area(path);
    }

    private static Area drop() {
        Path2D path = new Path2D.Double();
        path.moveTo(0, -1);
        path.curveTo(0.25, -0.5, 0.66, -0.1, 0.66, 0.34);
        path.curveTo(0.66, 0.72, 0.36, 1, 0, 1);
        path.curveTo(-0.36, 1, -0.66, 0.72, -0.66, 0.34);
        path.curveTo(-0.66, -0.1, -0.25, -0.5, 0, -1);
        path.closePath();
        return new Area(path);
    }

    private static Area flower() {
        Area petals = disc(0, 0, 0.5);
        for (int i = 0; i < 6; i++) {
            double angle = i * Math.PI / 3;
            petals.add(disc(0.62 * Math.cos(angle), 0.62 * Math.sin(angle), 0.36));
        }
        return minus(petals, disc(0, 0, 0.24));
    }

    private static Area mushroom() {
        Area cap = disc(0, 0, 1);
        cap.intersect(box(-1, -1, 1, 0.05));
        Area body = union(cap, polygon(-0.3, 0, 0.3, 0, 0.4, 0.85, -0.4, 0.85));
        return minus(body, union(disc(-0.48, -0.34, 0.17), disc(0.05, -0.6, 0.17), disc(0.5, -0.28, 0.17)));
    }

    private static Area ghost() {
        Area body = union(disc(0, -0.22, 0.78), box(-0.78, -0.22, 0.78, 0.72));
        for (int i = 0; i < 3; i++) {
            body.add(disc(-0.52 + 0.52 * i, 0.72, 0.26));
        }
        return minus(body, union(ellipse(-0.3, -0.25, 0.15, 0.21), ellipse(0.3, -0.25, 0.15, 0.21)));
    }

    private static Area smiley() {
        Area mouth = disc(0, 0.12, 0.58);
        mouth.subtract(ellipse(0, 0.0, 0.66, 0.4));
        mouth.intersect(box(-1, 0.2, 1, 1));
        return minus(disc(0, 0, 1), union(ellipse(-0.34, -0.28, 0.13, 0.2), ellipse(0.34, -0.28, 0.13, 0.2), mouth));
    }

    private static Area disc(double x, double y, double radius) {
        return ellipse(x, y, radius, radius);
    }

    private static Area ellipse(double x, double y, double rx, double ry) {
        return new Area(new Ellipse2D.Double(x - rx, y - ry, 2 * rx, 2 * ry));
    }

    private static Area box(double left, double top, double right, double bottom) {
        return new Area(new Rectangle2D.Double(left, top, right - left, bottom - top));
    }

    private static Area polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return new Area(path);
    }

    private static Area union(Area... parts) {
        Area all = new Area();
        for (Area part : parts) {
            all.add(part);
        }
        return all;
    }

    private static Area minus(Area from, Area what) {
        from.subtract(what);
        return from;
    }
}
