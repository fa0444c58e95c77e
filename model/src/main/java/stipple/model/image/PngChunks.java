package stipple.model.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import stipple.torch.UserException;

/** The chunks a PNG file is made of. */
final class PngChunks {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int SIGNATURE_BYTES = 8;

    /** Length, type and checksum around a chunk's data. */
    private static final int FRAME_BYTES = 12;

    private PngChunks() {}

    /**
     * One chunk.
     *
     * @param type four letters
     * @param data its content, a view of the file
     */
    record Chunk(String type, ByteBuffer data) {}

    static boolean isPng(byte[] content) {
        return content.length >= SIGNATURE_BYTES && ByteBuffer.wrap(content).getLong() == SIGNATURE;
    }

    /**
     * All chunks in order, their checksums compared.
     *
     * @param where the file's name for messages
     * @throws UserException if the file is not a PNG, is truncated or damaged
     */
    static List<Chunk> parse(String where, byte[] content) {
        if (!isPng(content)) {
            throw new UserException(where + " is not a PNG file");
        }
        ByteBuffer in = ByteBuffer.wrap(content);
        List<Chunk> chunks = new ArrayList<>();
        int at = SIGNATURE_BYTES;
        while (chunks.isEmpty() || !chunks.getLast().type().equals("IEND")) {
            if (content.length - at < FRAME_BYTES) {
                throw new UserException(where + " is truncated: the PNG ends at byte " + content.length
                        + " inside chunk " + chunks.size());
            }
            int length = in.getInt(at);
            if (length < 0 || length > content.length - at - FRAME_BYTES) {
                throw new UserException(where + " is truncated: PNG chunk " + chunks.size() + " claims "
                        + Integer.toUnsignedString(length) + " bytes");
            }
            CRC32 crc = new CRC32();
            crc.update(content, at + 4, 4 + length);
            if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
                throw new UserException(
                        where + " is damaged: the checksum of PNG chunk " + chunks.size() + " does not match");
            }
            String type = new String(content, at + 4, 4, StandardCharsets.ISO_8859_1);
            chunks.add(new Chunk(type, in.slice(at + 8, length).asReadOnlyBuffer()));
            at += FRAME_BYTES + length;
        }
        return chunks;
    }

    /** The file with a chunk put right after its header. */
    static byte[] insert(byte[] png, List<Chunk> added) {
        int header = SIGNATURE_BYTES + FRAME_BYTES + ByteBuffer.wrap(png).getInt(SIGNATURE_BYTES);
        int size = png.length;
        for (Chunk chunk : added) {
            size = Math.addExact(size, FRAME_BYTES + chunk.data().remaining());
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(png, 0, header);
        for (Chunk chunk : added) {
            int start = out.position();
            out.putInt(chunk.data().remaining());
            out.put(chunk.type().getBytes(StandardCharsets.ISO_8859_1))
                    .put(chunk.data().duplicate());
            CRC32 crc = new CRC32();
            crc.update(out.array(), start + 4, out.position() - start - 4);
            out.putInt((int) crc.getValue());
        }
        return out.put(png, header, png.length - header).array();
    }
}
