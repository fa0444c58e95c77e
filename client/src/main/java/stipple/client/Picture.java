package stipple.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A finished picture.
 *
 * @param content bytes of the file
 * @param format {@code png}, {@code jpeg} or {@code webp}
 * @param seed that draws it again
 */
public record Picture(byte[] content, String format, long seed) {
    static Picture of(JsonNode item, String format) {
        return new Picture(
                Base64.getDecoder().decode(item.path("b64_json").asText()),
                format,
                item.path("seed").asLong());
    }

    /** Writes the file. */
    public void save(Path file) throws IOException {
        Files.write(file, content);
    }

    /** As base64. */
    public String base64() {
        return Base64.getEncoder().encodeToString(content);
    }

    /** Media type of the file. */
    public String mediaType() {
        return "image/" + format;
    }
}
