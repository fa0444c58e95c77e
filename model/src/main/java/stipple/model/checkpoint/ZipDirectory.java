package stipple.model.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import stipple.torch.UserException;

/**
 * The directory of a mapped zip archive, ZIP64 included. The JDK's own reader does not tell where an entry's bytes lie,
 * which mapping needs. Checksums are not compared: torch can be told to write archives without correct ones.
 */
final class ZipDirectory {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int END64_LOCATOR = 0x07064b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT = 0xFFFF;
    private static final long IN_ZIP64 = 0xFFFFFFFFL;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /** No deflate stream expands further than about 1032 times. */
    private static final long MAX_EXPANSION = 1100;

    private final String where;
    private final MemorySegment file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(String name, int method, long compressed, long size, long local) {}

    /**
     * Reads the directory.
     *
     * @param where the file's name for messages
     * @throws UserException if the file is no zip archive or is truncated
     */
    ZipDirectory(String where, MemorySegment file) {
        this.where = where;
        this.file = file;
        if (file.byteSize() < 4 || file.get(U32, 0) != LOCAL) {
            throw new UserException(where + " is not a torch checkpoint: it is not a zip archive"
                    + " (files of torch before 1.6 must be saved again with a newer one)");
        }
        try {
            readCentral();
        } catch (IndexOutOfBoundsException beyond) {
            throw new UserException(
                    where + " is truncated or damaged: its zip directory points outside the file", beyond);
        }
    }

    /** Entry names in directory order. */
    Map<String, Long> sizes() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        entries.forEach((name, entry) -> sizes.put(name, entry.size));
        return Collections.unmodifiableMap(sizes);
    }

    /**
     * The bytes of an entry: a view of the file if stored, else inflated into memory of the arena.
     *
     * @throws UserException if there is no such entry or it is damaged
     */
    MemorySegment read(String name, Arena arena) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UserException(where + " has no entry '" + name + "'");
        }
        try {
            long local = entry.local;
            if (file.get(U32, local) != LOCAL) {
                throw new UserException(where + ": entry '" + name + "' is damaged");
            }
            long start = local + 30 + u16(local + 26) + u16(local + 28);
            MemorySegment raw = file.asSlice(start, entry.compressed);
            return switch (entry.method) {
                case STORED -> raw;
                case DEFLATED -> inflate(entry, raw, arena);
                default ->
                    throw new UserException(
                            where + ": entry '" + name + "' is packed by the unsupported method " + entry.method);
            };
        } catch (IndexOutOfBoundsException beyond) {
            throw new UserException(where + " is truncated or damaged at entry '" + name + "'", beyond);
        }
    }

    private void readCentral() {
        long end = findEnd();
        long count = u16(end + 10);
        long offset = u32(end + 16);
        long locator = end - 20;
        if (locator >= 0 && file.get(U32, locator) == END64_LOCATOR) {
            long end64 = file.get(U64, locator + 8);
            if (file.get(U32, end64) != END64) {
                throw new UserException(where + " is damaged: its ZIP64 directory is not where it should be");
            }
            count = file.get(U64, end64 + 32);
            offset = file.get(U64, end64 + 48);
        }
        long at = offset;
        for (long i = 0; i < count; i++) {
            if (file.get(U32, at) != CENTRAL) {
                throw new UserException(where + " is damaged: entry " + i + " of its zip directory is unreadable");
            }
            Entry entry = central(at);
            if (entries.put(entry.name, entry) != null) {
                throw new UserException(where + " is damaged: entry '" + entry.name + "' occurs twice");
            }
            at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
        }
    }

    private long findEnd() {
        long first = Math.max(0, file.byteSize() - END_BYTES - MAX_COMMENT);
        for (long at = file.byteSize() - END_BYTES; at >= first; at--) {
            if (file.get(U32, at) == END && at + END_BYTES + u16(at + 20) == file.byteSize()) {
                return at;
            }
        }
        throw new UserException(where + " is truncated: the zip directory at its end is missing");
    }

    private Entry central(long at) {
        byte[] name = file.asSlice(at + 46, u16(at + 28)).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(name, StandardCharsets.UTF_8);
        if ((u16(at + 8) & 1) != 0) {
            throw new UserException(where + ": entry '" + text + "' is encrypted");
        }
        long compressed = u32(at + 20);
        long size = u32(at + 24);
        long local = u32(at + 42);
        long extra = at + 46 + u16(at + 28);
        long extraEnd = extra + u16(at + 30);
        while (extra + 4 <= extraEnd) {
            long field = extra + 4;
            if (u16(extra) == 1) {
                // The ZIP64 field holds only those of the three numbers that do not fit, in this order.
                if (size == IN_ZIP64) {
                    size = file.get(U64, field);
                    field += 8;
                }
                if (compressed == IN_ZIP64) {
                    compressed = file.get(U64, field);
                    field += 8;
                }
                if (local == IN_ZIP64) {
                    local = file.get(U64, field);
                }
            }
            extra += 4 + u16(extra + 2);
        }
        int method = u16(at + 10);
        if (method == STORED && compressed != size) {
            throw new UserException(where + " is damaged: entry '" + text + "' is stored with two different sizes");
        }
        return new Entry(text, method, compressed, size, local);
    }

    private MemorySegment inflate(Entry entry, MemorySegment raw, Arena arena) {
        if (entry.size < 0 || entry.size / MAX_EXPANSION > entry.compressed) {
            throw new UserException(where + " is damaged: entry '" + entry.name + "' claims " + entry.size
                    + " bytes from " + entry.compressed);
        }
        MemorySegment target = arena.allocate(entry.size, 64);
        try (Inflater inflater = new Inflater(true)) {
            byte[] input = new byte[1 << 16];
            ByteBuffer output = ByteBuffer.allocateDirect(1 << 16);
            long read = 0;
            long written = 0;
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int size = (int) Math.min(input.length, raw.byteSize() - read);
                    MemorySegment.copy(raw, ValueLayout.JAVA_BYTE, read, input, 0, size);
                    inflater.setInput(input, 0, size);
                    read += size;
                }
                int got = inflater.inflate(output.clear());
                if (got == 0 && !inflater.finished() && (inflater.needsDictionary() || read == raw.byteSize())) {
                    break;
                }
                MemorySegment.copy(MemorySegment.ofBuffer(output.flip()), 0, target, written, got);
                written += got;
            }
            if (!inflater.finished() || written != entry.size) {
                throw new UserException(where + " is damaged: entry '" + entry.name + "' unpacks to " + written
                        + " bytes instead of " + entry.size);
            }
        } catch (DataFormatException | IndexOutOfBoundsException damaged) {
            throw new UserException(where + " is damaged: entry '" + entry.name + "' does not unpack", damaged);
        }
        return target;
    }

    private int u16(long at) {
        return Short.toUnsignedInt(file.get(U16, at));
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(file.get(U32, at));
    }
}
