package stipple.server.picture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import stipple.model.image.PngMetadata;

/**
 * The settings of a picture as EXIF (JEITA CP-3451, TIFF 6.0), for formats without text chunks: the readable text as
 * {@code UserComment}, where image viewers and web interfaces look for it, and the JSON as {@code MakerNote}.
 *
 * @param tiff the block from its byte order mark on, empty for no settings
 */
@SuppressWarnings("ArrayRecordComponent") // handed to containers; never compared by equals
record ExifBlock(byte[] tiff) {
    /** What fits into one JPEG segment beside its own header. */
    static final int MAX_BYTES = 65_000;

    private static final byte[] UNICODE = "UNICODE\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MAKER = "stipple\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 8;
    private static final int ENTRY = 12;
    private static final int EXIF_DIRECTORY = 0x8769;
    private static final int MAKER_NOTE = 0x927C;
    private static final int USER_COMMENT = 0x9286;
    private static final short LONG = 4;
    private static final short UNDEFINED = 7;

    /** The block; an over-long prompt may leave no room for the JSON, or not even for the text. */
    static ExifBlock of(PngMetadata metadata) {
        Optional<byte[]> comment = metadata.find(PngMetadata.PARAMETERS)
                .map(text -> join(UNICODE, text.getBytes(StandardCharsets.UTF_16BE)));
        Optional<byte[]> note =
                metadata.find(PngMetadata.STIPPLE).map(text -> join(MAKER, text.getBytes(StandardCharsets.UTF_8)));
        if (comment.isEmpty()) {
            return new ExifBlock(new byte[0]);
        }
        byte[] whole = tiff(comment.get(), note.orElse(null));
        if (whole.length > MAX_BYTES) {
            whole = tiff(comment.get(), null);
        }
        return new ExifBlock(whole.length > MAX_BYTES ? new byte[0] : whole);
    }

    boolean isEmpty() {
        return tiff.length == 0;
    }

    /** Header, a directory that points to the EXIF directory, the EXIF directory, its values. */
    private static byte[] tiff(byte[] comment, byte[] note) {
        int entries = note == null ? 1 : 2;
        int exif = HEADER + 2 + ENTRY + 4;
        int values = exif + 2 + entries * ENTRY + 4;
        int noteLength = note == null ? 0 : note.length;
        ByteBuffer out = ByteBuffer.allocate(values + noteLength + comment.length);
        out.put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(HEADER);
        out.putShort((short) 1);
        entry(out, EXIF_DIRECTORY, LONG, 1, exif);
        out.putInt(0);
        out.putShort((short) entries);
        if (note != null) {
            entry(out, MAKER_NOTE, UNDEFINED, noteLength, values);
        }
        entry(out, USER_COMMENT, UNDEFINED, comment.length, values + noteLength);
        out.putInt(0);
        if (note != null) {
            out.put(note);
        }
        return out.put(comment).array();
    }

    private static void entry(ByteBuffer out, int tag, short type, int count, int value) {
        out.putShort((short) tag).putShort(type).putInt(count).putInt(value);
    }

    private static byte[] join(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }
}
