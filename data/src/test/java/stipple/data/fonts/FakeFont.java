package stipple.data.fonts;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * A font of 1000 units an em: A to Z are boxes 500 wide and 700 high, {@code o} is a round of control points alone, and
 * all other letters and digits are an {@code A} at half its size, moved by (100, 50). Every advance is 600, the space's too.
 */
public final class FakeFont {
    private static final String OTHERS = "0123456789abcdefghijklmnpqrstuvwxyz";

    private FakeFont() {}

    /** The file. */
    public static byte[] woff() {
        return woff(tables());
    }

    static Map<String, byte[]> tables() {
        byte[] box = box();
        byte[] round = round();
        byte[] composite = composite();
        List<byte[]> glyphs = List.of(new byte[0], box, round, composite, new byte[0]);
        ByteBuffer loca = ByteBuffer.allocate(4 * (glyphs.size() + 1));
        ByteArrayOutputStream glyf = new ByteArrayOutputStream();
        for (byte[] glyph : glyphs) {
            loca.putInt(glyf.size());
            glyf.writeBytes(glyph);
        }
        loca.putInt(glyf.size());
        Map<String, byte[]> tables = new LinkedHashMap<>();
        tables.put("cmap", cmap());
        tables.put("glyf", glyf.toByteArray());
        tables.put(
                "head",
                ByteBuffer.allocate(54)
                        .putShort(18, (short) 1000)
                        .putShort(50, (short) 1)
                        .array());
        tables.put("hhea", ByteBuffer.allocate(36).putShort(34, (short) 1).array());
        tables.put("hmtx", ByteBuffer.allocate(10).putShort(0, (short) 600).array());
        tables.put("loca", loca.array());
        return tables;
    }

    static byte[] woff(Map<String, byte[]> tables) {
        List<byte[]> packed = new ArrayList<>();
        int at = 44 + 20 * tables.size();
        ByteBuffer directory = ByteBuffer.allocate(20 * tables.size());
        for (Map.Entry<String, byte[]> table : tables.entrySet()) {
            byte[] small = deflated(table.getValue());
            byte[] stored = small.length < table.getValue().length ? small : table.getValue();
            packed.add(stored);
            directory.put(table.getKey().getBytes(StandardCharsets.US_ASCII));
            directory
                    .putInt(at)
                    .putInt(stored.length)
                    .putInt(table.getValue().length)
                    .putInt(0);
            at += stored.length;
        }
        ByteBuffer file = ByteBuffer.allocate(at);
        file.putInt(0x774F4646).putInt(0x00010000).putInt(at).putShort((short) tables.size());
        file.position(44).put(directory.array());
        packed.forEach(file::put);
        return file.array();
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] out = new byte[bytes.length + 64];
        int n = deflater.deflate(out);
        deflater.end();
        return java.util.Arrays.copyOf(out, n);
    }

    /** Four points on the curve, two coordinates as bytes, one flag repeated. */
    private static byte[] box() {
        ByteBuffer glyph = ByteBuffer.allocate(40);
        header(glyph, 1);
        glyph.putShort((short) 3).putShort((short) 2).putShort((short) 0); // ends, two bytes of hints
        glyph.put((byte) (1 | 8)).put((byte) 3); // on the curve, and three times again
        glyph.putShort((short) 0).putShort((short) 500).putShort((short) 0).putShort((short) -500);
        glyph.putShort((short) 0).putShort((short) 0).putShort((short) 700).putShort((short) 0);
        return cut(glyph);
    }

    /** Control points at the corners of a square: the curve touches the middle of every side. */
    private static byte[] round() {
        ByteBuffer glyph = ByteBuffer.allocate(40);
        header(glyph, 1);
        glyph.putShort((short) 3).putShort((short) 0);
        glyph.put((byte) 0).put((byte) (2 | 16)).put((byte) (2 | 4 | 16 | 32)).put((byte) 2);
        glyph.putShort((short) 0).put((byte) 200).put((byte) 0).put((byte) 200);
        glyph.putShort((short) 0).putShort((short) 0).put((byte) 200).putShort((short) 0);
        return cut(glyph);
    }

    private static byte[] composite() {
        ByteBuffer glyph = ByteBuffer.allocate(40);
        header(glyph, -1);
        glyph.putShort((short) (1 | 2 | 8)).putShort((short) 1);
        glyph.putShort((short) 100).putShort((short) 50).putShort((short) 0x2000);
        return cut(glyph);
    }

    private static void header(ByteBuffer glyph, int contours) {
        glyph.putShort((short) contours).position(10);
    }

    private static byte[] cut(ByteBuffer glyph) {
        byte[] bytes = new byte[glyph.position()];
        glyph.flip().get(bytes);
        return bytes;
    }

    /** Format 4 with segments of one character by a delta, and of several by a list of glyphs. */
    private static byte[] cmap() {
        int[][] segments = {
            {' ', ' ', 4},
            {'0', '9', 3},
            {'A', 'Z', 1},
            {'a', 'n', 3},
            {'o', 'o', 2},
            {'p', 'z', 3},
            {0xffff, 0xffff, 0}
        };
        int n = segments.length;
        int listed = 'z' - '0' + 1;
        ByteBuffer table = ByteBuffer.allocate(12 + 16 + 8 * n + 2 * listed);
        table.putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) 3)
                .putShort((short) 1)
                .putInt(12);
        table.putShort((short) 4)
                .putShort((short) (16 + 8 * n))
                .putShort((short) 0)
                .putShort((short) (2 * n));
        table.position(12 + 14);
        for (int[] segment : segments) {
            table.putShort((short) segment[1]);
        }
        table.putShort((short) 0);
        for (int[] segment : segments) {
            table.putShort((short) segment[0]);
        }
        for (int[] segment : segments) {
            table.putShort((short) (segment[0] == segment[1] ? segment[2] - segment[0] : 0));
        }
        int at = 0;
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (int i = 0; i < n; i++) {
            boolean single = segments[i][0] == segments[i][1];
            table.putShort((short) (single ? 0 : 2 * (n - i) + at));
            for (int c = segments[i][0]; !single && c <= segments[i][1]; c++) {
                list.write(0);
                list.write(segments[i][2]);
                at += 2;
            }
        }
        table.put(list.toByteArray());
        return cut(table);
    }

    /** The characters drawn as small boxes. */
    static String others() {
        return OTHERS;
    }
}
