package stipple.model.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * The texts inside a PNG file, by keyword. Stipple writes two: {@code parameters}, which other tools show, and
 * {@code stipple}, a JSON object with everything needed to draw the image again.
 *
 * @param texts keyword to text, in file order
 */
public record PngMetadata(Map<String, String> texts) {
    /** Keyword of the settings in the common human-readable form, see {@link GenerationParameters}. */
    public static final String PARAMETERS = "parameters";

    /** Keyword of Stipple's own JSON. */
    public static final String STIPPLE = "stipple";

    /** No texts. */
    public static final PngMetadata NONE = new PngMetadata(Map.of());

    private static final long MAX_BYTES = 256L << 20;

    /** Copies the texts, keeping their order. */
    public PngMetadata {
        texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    }

    /** Stipple's two texts. */
    public static PngMetadata of(GenerationParameters parameters, String stippleJson) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(PARAMETERS, parameters.format());
        texts.put(STIPPLE, stippleJson);
        return new PngMetadata(texts);
    }

    /** The text of a keyword. */
    public Optional<String> find(String keyword) {
        return Optional.ofNullable(texts.get(keyword));
    }

    /**
     * Reads a file's texts; the pixels are not decoded.
     *
     * @throws UserException if the file is missing, no PNG, or damaged
     */
    public static PngMetadata read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException("Missing image " + file);
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UserException(file + " is too large: " + Files.size(file) + " bytes");
            }
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /**
     * Reads the texts of a PNG in memory.
     *
     * @throws UserException if it is no PNG or damaged
     */
    public static PngMetadata parse(String where, byte[] png) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (PngChunks.Chunk chunk : PngChunks.parse(where, png)) {
            if (PngText.isText(chunk)) {
                PngText text = PngText.of(where, chunk);
                texts.putIfAbsent(text.keyword(), text.text());
            }
        }
        return new PngMetadata(texts);
    }

    List<PngChunks.Chunk> chunks() {
        return texts.entrySet().stream()
                .map(entry -> new PngText(entry.getKey(), entry.getValue()).toChunk())
                .toList();
    }
}
