package stipple.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import stipple.model.image.PngChunks.Chunk;
import stipple.torch.UserException;

/**
 * A keyword and its text in a PNG file: {@code tEXt} (Latin-1), {@code zTXt} (packed) or {@code iTXt} (UTF-8).
 *
 * @param keyword 1 to 79 Latin-1 characters
 * @param text the text
 */
record PngText(String keyword, String text) {
    private static final int MAX_KEYWORD = 79;
    private static final int MAX_TEXT = 16 << 20;

    /** Checks the keyword. */
    PngText {
        if (keyword.isEmpty()
                || keyword.length() > MAX_KEYWORD
                || keyword.chars().anyMatch(c -> c < 32 || c > 126)) {
            throw new UserException("'" + keyword + "' cannot be a PNG keyword");
        }
        if (text.indexOf('\0') >= 0) {
            throw new UserException("The PNG text '" + keyword + "' contains a zero character");
        }
    }

    /** The chunk that holds it: {@code tEXt} where Latin-1 suffices, as other tools write and read it. */
    Chunk toChunk() {
        boolean latin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
        byte[] body = text.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        // iTXt: not packed, no language, no translated keyword.
        byte[] between = new byte[latin ? 1 : 5];
        ByteBuffer data = ByteBuffer.allocate(keyword.length() + between.length + body.length);
        data.put(keyword.getBytes(StandardCharsets.ISO_8859_1))
                .put(between)
                .put(body)
                .flip();
        return new Chunk(latin ? "tEXt" : "iTXt", data);
    }

    /** Whether a chunk holds text. */
    static boolean isText(Chunk chunk) {
        return switch (chunk.type()) {
            case "tEXt", "zTXt", "iTXt" -> true;
            default -> false;
        };
    }

    /**
     * Reads a text chunk.
     *
     * @throws UserException if it is malformed
     */
    static PngText of(String where, Chunk chunk) {
        ByteBuffer data = chunk.data().duplicate();
        String keyword = decode(where, untilZero(where, data), StandardCharsets.ISO_8859_1);
        return switch (chunk.type()) {
            case "tEXt" -> new PngText(keyword, decode(where, data, StandardCharsets.ISO_8859_1));
            case "zTXt" -> {
                flag(where, data);
                yield new PngText(keyword, decode(where, inflate(where, data), StandardCharsets.ISO_8859_1));
            }
            default -> {
                boolean packed = flag(where, data) != 0;
                flag(where, data);
                untilZero(where, data);
                untilZero(where, data);
                yield new PngText(keyword, decode(where, packed ? inflate(where, data) : data, StandardCharsets.UTF_8));
            }
        };
    }

    private static int flag(String where, ByteBuffer data) {
        if (!data.hasRemaining()) {
            throw malformed(where, null);
        }
        return data.get();
    }

    private static ByteBuffer untilZero(String where, ByteBuffer data) {
        int start = data.position();
        while (data.hasRemaining()) {
            if (data.get() == 0) {
                return data.slice(start, data.position() - 1 - start);
            }
        }
        throw malformed(where, null);
    }

    private static ByteBuffer inflate(String where, ByteBuffer packed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(packed);
            byte[] buffer = new byte[8192];
            while (!inflater.finished()) {
                int got = inflater.inflate(buffer);
                if (got == 0 || out.size() > MAX_TEXT) {
                    throw malformed(where, null);
                }
                out.write(buffer, 0, got);
            }
        } catch (DataFormatException damaged) {
            throw malformed(where, damaged);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static String decode(String where, ByteBuffer bytes, Charset charset) {
        try {
            return charset.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException invalid) {
            throw malformed(where, invalid);
        }
    }

    private static UserException malformed(String where, Exception cause) {
        return new UserException(where + " has a malformed PNG text chunk", cause);
    }
}
