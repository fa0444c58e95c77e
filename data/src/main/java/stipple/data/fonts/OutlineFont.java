package stipple.data.fonts;

import java.awt.geom.Path2D;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import stipple.data.DataException;

/**
 * A font with TrueType outlines (OpenType tables {@code head}, {@code maxp}, {@code hhea}, {@code hmtx}, {@code cmap},
 * {@code loca}, {@code glyf}). Glyphs stand side by side by their advance widths; there is no kerning and no shaping, which
 * single Latin words do without. Safe for use by many threads.
 */
public final class OutlineFont {
    private final String name;
    private final ByteBuffer cmap;
    private final ByteBuffer hmtx;
    private final GlyphTable glyphs;
    private final int unitsPerEm;
    private final int metrics;

    private OutlineFont(String name, Map<String, ByteBuffer> tables) {
        this.name = name;
        this.unitsPerEm = Short.toUnsignedInt(table(tables, "head").getShort(18));
        this.metrics = Short.toUnsignedInt(table(tables, "hhea").getShort(34));
        this.hmtx = table(tables, "hmtx");
        this.cmap = unicode(table(tables, "cmap"));
        boolean wide = table(tables, "head").getShort(50) == 1;
        this.glyphs = new GlyphTable(name, table(tables, "loca"), table(tables, "glyf"), wide);
        if (unitsPerEm == 0 || metrics == 0) {
            throw new DataException(name + ": a font without units or widths");
        }
    }

    /** Reads a WOFF 1.0 file; {@code name} is for messages. */
    public static OutlineFont readWoff(byte[] file, String name) {
        try {
            return new OutlineFont(name, Woff.tables(file, name));
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new DataException(name + ": a table is cut off", e);
        }
    }

    /** True if every character has a glyph of its own. */
    public boolean covers(String text) {
        return text.chars().allMatch(c -> glyph(c) != 0);
    }

    /**
     * The outline of a line of text in ems, y down, from the pen's origin on the baseline; fill it by the non-zero rule.
     *
     * @throws DataException if a character has no glyph
     */
    public Path2D.Double line(String text) {
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double scale = 1.0 / unitsPerEm;
        double pen = 0;
        try {
            for (int i = 0; i < text.length(); i++) {
                int glyph = glyph(text.charAt(i));
                if (glyph == 0) {
                    throw new DataException(name + " has no glyph for '" + text.charAt(i) + "' of '" + text + "'");
                }
                glyphs.append(glyph, path, pen * scale, scale);
                pen += Short.toUnsignedInt(hmtx.getShort(4 * Math.min(glyph, metrics - 1)));
            }
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new DataException(name + ": a glyph of '" + text + "' is cut off", e);
        }
        return path;
    }

    private ByteBuffer table(Map<String, ByteBuffer> tables, String tag) {
        ByteBuffer table = tables.get(tag);
        if (table == null) {
            throw new DataException(name + " has no table '" + tag + "'; only TrueType outlines can be drawn");
        }
        return table;
    }

    /** The subtable of format 4 for Unicode's basic plane. */
    private ByteBuffer unicode(ByteBuffer table) {
        int count = Short.toUnsignedInt(table.getShort(2));
        for (int i = 0; i < count; i++) {
            int platform = table.getShort(4 + 8 * i);
            int offset = table.getInt(8 + 8 * i);
            if ((platform == 0 || platform == 3) && table.getShort(offset) == 4) {
                return table.slice(offset, table.capacity() - offset);
            }
        }
        throw new DataException(name + " has no character table of format 4");
    }

    /** The glyph of a character, 0 for none ({@code cmap} format 4: segments of code points, then deltas or a list). */
    private int glyph(int character) {
        int twice = Short.toUnsignedInt(cmap.getShort(6));
        for (int at = 0; at < twice; at += 2) {
            if (Short.toUnsignedInt(cmap.getShort(14 + at)) < character) {
                continue;
            }
            int start = Short.toUnsignedInt(cmap.getShort(16 + twice + at));
            if (start > character) {
                return 0;
            }
            int delta = cmap.getShort(16 + 2 * twice + at);
            int rangeAt = 16 + 3 * twice + at;
            int range = Short.toUnsignedInt(cmap.getShort(rangeAt));
            if (range == 0) {
                return character + delta & 0xffff;
            }
            int listed = Short.toUnsignedInt(cmap.getShort(rangeAt + range + 2 * (character - start)));
            return listed == 0 ? 0 : listed + delta & 0xffff;
        }
        return 0;
    }
}
