package stipple.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.fileupload2.core.MultipartInput;
import stipple.server.http.ApiException;
import stipple.server.http.Call;

/**
 * What a request's body holds: values by name as they were written, and files.
 *
 * @param values by name; {@code null} counts as not given
 * @param files in order
 * @param form whether it was a form, where every value is text
 */
record GivenFields(Map<String, JsonNode> values, List<GivenFile> files, boolean form) {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(100_000_000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern BOUNDARY = Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))");
    private static final Pattern NAME = Pattern.compile("[; ]name=(?:\"([^\"]*)\"|([^;\\s]+))");
    private static final Pattern FILE_NAME = Pattern.compile("filename=(?:\"([^\"]*)\"|([^;\\s]+))");
    private static final int MOST_PARTS = 64;

    /**
     * A file of a form.
     *
     * @param name of the field
     * @param fileName as the client calls it
     * @param content its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on; never compared by equals
    record GivenFile(String name, String fileName, byte[] content) {}

    /**
     * Reads a body by its content type.
     *
     * @throws ApiException 415 for another type, 400 for a body that is not what it says
     */
    static GivenFields read(Call call) {
        String type = call.header("Content-Type").orElse("application/json");
        String plain = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (plain) {
            case "application/json" -> json(call.body());
            case "multipart/form-data" -> form(type, call.body());
            default ->
                throw ApiException.mistake(
                        415,
                        "unsupported_media_type",
                        "The body must be application/json or multipart/form-data, not " + plain);
        };
    }

    private static GivenFields json(byte[] body) {
        try {
            if (!(JSON.readTree(body) instanceof ObjectNode object)) {
                throw malformed("the body is not a JSON object");
            }
            Map<String, JsonNode> values = new LinkedHashMap<>();
            object.properties().stream()
                    .filter(entry -> !entry.getValue().isNull())
                    .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
            return new GivenFields(values, List.of(), false);
        } catch (JsonProcessingException broken) {
            throw malformed("the body is not valid JSON: "
                    + broken.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException impossible) {
            throw malformed("the body cannot be read");
        }
    }

    private static GivenFields form(String type, byte[] body) {
        Matcher boundary = BOUNDARY.matcher(type);
        if (!boundary.find()) {
            throw malformed("the content type names no boundary");
        }
        Map<String, JsonNode> values = new LinkedHashMap<>();
        List<GivenFile> files = new ArrayList<>();
        try {
            MultipartInput parts = MultipartInput.builder()
                    .setInputStream(new ByteArrayInputStream(body))
                    .setBoundary(group(boundary).getBytes(StandardCharsets.ISO_8859_1))
                    .get();
            boolean more = parts.skipPreamble();
            while (more) {
                if (values.size() + files.size() >= MOST_PARTS) {
                    throw malformed("the form has more than " + MOST_PARTS + " parts");
                }
                String headers = parts.readHeaders();
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                parts.readBodyData(content);
                add(headers, content, values, files);
                more = parts.readBoundary();
            }
        } catch (IOException | IllegalArgumentException broken) {
            throw malformed("the form is damaged");
        }
        return new GivenFields(values, files, true);
    }

    private static void add(
            String headers, ByteArrayOutputStream content, Map<String, JsonNode> values, List<GivenFile> files) {
        String disposition = headers.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-disposition:"))
                .findFirst()
                .orElseThrow(() -> malformed("a part of the form has no Content-Disposition"));
        Matcher name = NAME.matcher(disposition);
        if (!name.find()) {
            throw malformed("a part of the form has no name");
        }
        Matcher fileName = FILE_NAME.matcher(disposition);
        if (fileName.find()) {
            files.add(new GivenFile(group(name), group(fileName), content.toByteArray()));
        } else if (values.put(group(name), new TextNode(content.toString(StandardCharsets.UTF_8))) != null) {
            throw ApiException.invalid(group(name), "duplicate_parameter", "'" + group(name) + "' is given twice");
        }
    }

    private static String group(Matcher matcher) {
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    private static ApiException malformed(String why) {
        return ApiException.invalid(null, "malformed_body", "The request cannot be read: " + why);
    }
}
