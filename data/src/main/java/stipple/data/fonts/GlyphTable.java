package stipple.data.fonts;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.nio.ByteBuffer;
import stipple.data.DataException;

/** Glyph outlines of the {@code glyf} table: quadratic contours, and composites of other glyphs. */
final class GlyphTable {
    private static final int ON_CURVE = 1;
    private static final int X_BYTE = 2;
    private static final int Y_BYTE = 4;
    private static final int REPEAT = 8;
    private static final int X_SAME_OR_PLUS = 16;
    private static final int Y_SAME_OR_PLUS = 32;

    private static final int WORDS = 1;
    private static final int OFFSETS = 2;
    private static final int SCALE = 8;
    private static final int MORE = 32;
    private static final int TWO_SCALES = 64;
    private static final int MATRIX = 128;
    private static final double F2DOT14 = 1 / 16384.0;
    private static final int DEEPEST = 6;

    private final String name;
    private final ByteBuffer loca;
    private final ByteBuffer glyf;
    private final boolean wide;

    /** A table; {@code wide} for 4-byte offsets in {@code loca}. */
    GlyphTable(String name, ByteBuffer loca, ByteBuffer glyf, boolean wide) {
        this.name = name;
        this.loca = loca;
        this.glyf = glyf;
        this.wide = wide;
    }

    /** Appends a glyph, moved right by {@code dx} after scaling; the font's y goes up, the path's down. */
    void append(int glyph, Path2D.Double path, double dx, double scale) {
        path.append(outline(glyph, 0).createTransformedShape(new AffineTransform(scale, 0, 0, -scale, dx, 0)), false);
    }

    private Path2D.Double outline(int glyph, int depth) {
        int from = offset(glyph);
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        if (from == offset(glyph + 1)) {
            return path;
        }
        if (depth > DEEPEST) {
            throw new DataException(name + ": glyph " + glyph + " is composed of itself");
        }
        ByteBuffer in = glyf.slice(from, glyf.capacity() - from);
        int contours = in.getShort();
        in.position(10);
        if (contours < 0) {
            composite(in, path, depth);
        } else {
            simple(in, contours, path);
        }
        return path;
    }

    private int offset(int glyph) {
        return wide ? loca.getInt(4 * glyph) : 2 * Short.toUnsignedInt(loca.getShort(2 * glyph));
    }

    private void composite(ByteBuffer in, Path2D.Double path, int depth) {
        int flags;
        do {
            flags = in.getShort();
            int part = Short.toUnsignedInt(in.getShort());
            if ((flags & OFFSETS) == 0) {
                throw new DataException(name + ": a glyph is composed by matching points, which is not supported");
            }
            boolean words = (flags & WORDS) != 0;
            double x = words ? in.getShort() : in.get();
            double y = words ? in.getShort() : in.get();
            double xx = 1;
            double xy = 0;
            double yx = 0;
            double yy = 1;
            if ((flags & SCALE) != 0) {
                xx = in.getShort() * F2DOT14;
                yy = xx;
            } else if ((flags & TWO_SCALES) != 0) {
                xx = in.getShort() * F2DOT14;
                yy = in.getShort() * F2DOT14;
            } else if ((flags & MATRIX) != 0) {
                xx = in.getShort() * F2DOT14;
                xy = in.getShort() * F2DOT14;
                yx = in.getShort() * F2DOT14;
                yy = in.getShort() * F2DOT14;
            }
            path.append(
                    outline(part, depth + 1).createTransformedShape(new AffineTransform(xx, xy, yx, yy, x, y)), false);
        } while ((flags & MORE) != 0);
    }

    private static void simple(ByteBuffer in, int contours, Path2D.Double path) {
        int[] ends = new int[contours];
        for (int i = 0; i < contours; i++) {
            ends[i] = Short.toUnsignedInt(in.getShort());
        }
        int points = contours == 0 ? 0 : ends[contours - 1] + 1;
        int hints = Short.toUnsignedInt(in.getShort());
        in.position(in.position() + hints);
        int[] flags = new int[points];
        for (int i = 0; i < points; i++) {
            flags[i] = in.get();
            if ((flags[i] & REPEAT) != 0) {
                int again = Byte.toUnsignedInt(in.get());
                for (int flag = flags[i]; again > 0; again--) {
                    flags[++i] = flag;
                }
            }
        }
        int[] x = coordinates(in, flags, X_BYTE, X_SAME_OR_PLUS);
        int[] y = coordinates(in, flags, Y_BYTE, Y_SAME_OR_PLUS);
        int from = 0;
        for (int end : ends) {
            contour(path, flags, x, y, from, end - from + 1);
            from = end + 1;
        }
    }

    private static int[] coordinates(ByteBuffer in, int[] flags, int isByte, int sameOrPlus) {
        int[] values = new int[flags.length];
        int at = 0;
        for (int i = 0; i < flags.length; i++) {
            boolean second = (flags[i] & sameOrPlus) != 0;
            if ((flags[i] & isByte) != 0) {
                int step = Byte.toUnsignedInt(in.get());
                at += second ? step : -step;
            } else if (!second) {
                at += in.getShort();
            }
            values[i] = at;
        }
        return values;
    }

    /** Quadratic curves through {@code n} points from {@code from}; between two control points lies a point on the curve. */
    private static void contour(Path2D.Double path, int[] flags, int[] x, int[] y, int from, int n) {
        if (n < 2) {
            return;
        }
        int first = 0;
        while (first < n && (flags[from + first] & ON_CURVE) == 0) {
            first++;
        }
        double startX;
        double startY;
        if (first == n) { // control points alone
            first = 0;
            startX = (x[from] + x[from + n - 1]) / 2.0;
            startY = (y[from] + y[from + n - 1]) / 2.0;
        } else {
            startX = x[from + first];
            startY = y[from + first];
            first++;
        }
        path.moveTo(startX, startY);
        boolean pending = false;
        double controlX = 0;
        double controlY = 0;
        for (int k = 0; k < n; k++) {
            int i = from + (first + k) % n;
            boolean on = (flags[i] & ON_CURVE) != 0;
            if (on && pending) {
                path.quadTo(controlX, controlY, x[i], y[i]);
            } else if (on) {
                path.lineTo(x[i], y[i]);
            } else if (pending) {
                path.quadTo(controlX, controlY, (controlX + x[i]) / 2, (controlY + y[i]) / 2);
            }
            pending = !on;
            controlX = x[i];
            controlY = y[i];
        }
        if (pending) {
            path.quadTo(controlX, controlY, startX, startY);
        }
        path.closePath();
    }
}
