package stipple.data.fonts;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import stipple.data.DataException;

/** The tables of a WOFF 1.0 file (W3C recommendation, sections 3 to 5): an OpenType font with each table zlib-packed. */
final class Woff {
    private static final int SIGNATURE = 0x774F4646;
    private static final int HEADER = 44;
    private static final int ENTRY = 20;
    private static final int MAX_TABLE = 32 << 20;

    private Woff() {}

    /** Table tag, such as {@code glyf}, to its unpacked bytes; {@code name} is for messages. */
    static Map<String, ByteBuffer> tables(byte[] file, String name) {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (file.length < HEADER || in.getInt(0) != SIGNATURE) {
            throw new DataException(name + " is no WOFF 1.0 font (" + file.length + " bytes)");
        }
        Map<String, ByteBuffer> tables = new HashMap<>();
        int count = Short.toUnsignedInt(in.getShort(12));
        try {
            for (int i = 0; i < count; i++) {
                in.position(HEADER + ENTRY * i);
                byte[] tag = new byte[4];
                in.get(tag);
                int offset = in.getInt();
                int packed = in.getInt();
                int length = in.getInt();
                if (offset < 0 || packed < 0 || length < packed || length > MAX_TABLE) {
                    throw new DataException(name + ": damaged entry of table " + i);
                }
                byte[] stored = new byte[packed];
                in.position(offset).get(stored);
                byte[] table = packed == length ? stored : inflate(stored, length, name);
                tables.put(new String(tag, StandardCharsets.US_ASCII), ByteBuffer.wrap(table));
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new DataException(name + " is cut off within its tables", e);
        }
        return tables;
    }

    private static byte[] inflate(byte[] packed, int length, String name) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            byte[] table = new byte[length];
            if (inflater.inflate(table) != length) {
                throw new DataException(name + ": a table is shorter than announced (" + length + " bytes)");
            }
            return table;
        } catch (DataFormatException e) {
            throw new DataException(name + ": a table does not unpack (" + e.getMessage() + ")", e);
        } finally {
            inflater.end();
        }
    }
}
