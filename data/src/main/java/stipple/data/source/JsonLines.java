package stipple.data.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.SkipLog;

/**
 * A file with one JSON object a line: {@code {"image": "a.png", "caption": "a cat"}}. {@code image}, {@code images} or
 * {@code file_name} name pictures relative to the file (one or a list, none for pure text); {@code caption} is a text, a
 * list or a map; {@code text} is a document; {@code metadata} and further keys are kept. Opening reads every line once
 * and remembers where the good ones lie.
 */
public final class JsonLines implements SampleSource {
    private static final List<String> IMAGE_KEYS = List.of("image", "images", "file_name");
    private static final List<String> TEXT_KEYS = List.of("caption", "text");
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final List<Line> lines;
    private final SkipLog skips;

    private record Line(long offset, int length, int number) {}

    private JsonLines(Path file, List<Line> lines, SkipLog skips) {
        this.file = file;
        this.lines = lines;
        this.skips = skips;
    }

    /**
     * Reads the file once; lines that cannot be used are counted and left out.
     *
     * @throws DataException if no line can be used
     */
    public static JsonLines open(Path file) {
        SkipLog skips = new SkipLog();
        List<Line> lines = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long start = 0;
            long at = 0;
            int number = 1;
            for (int b = in.read(); ; b = in.read(), at++) {
                if (b != '\n' && b >= 0) {
                    line.write(b);
                    continue;
                }
                Line candidate = new Line(start, line.size(), number);
                if (usable(file, candidate, line.toByteArray(), skips)) {
                    lines.add(candidate);
                }
                if (b < 0) {
                    break;
                }
                line.reset();
                start = at + 1;
                number++;
            }
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e.getMessage(), e);
        }
        if (lines.isEmpty()) {
            throw new DataException("no usable line in " + file + "; left out: " + skips.summary()
                    + ". A line is like {\"image\": \"a.png\", \"caption\": \"a cat\"}");
        }
        return new JsonLines(file, List.copyOf(lines), skips);
    }

    private static boolean usable(Path file, Line line, byte[] bytes, SkipLog skips) {
        if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
            return false;
        }
        String where = file.getFileName() + " line " + line.number();
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (IOException e) {
            skips.skip("line that is no JSON", where + ": " + firstLine(e));
            return false;
        }
        if (!json.isObject()) {
            skips.skip("line that is no JSON object", where);
            return false;
        }
        if (TEXT_KEYS.stream().noneMatch(json::hasNonNull)) {
            skips.skip("line without caption or text", where);
            return false;
        }
        try {
            for (Path picture : pictures(file, json)) {
                if (!Files.isRegularFile(picture)) {
                    skips.skip("line whose picture is missing", where + ": " + picture);
                    return false;
                }
            }
        } catch (DataException e) {
            skips.skip("line whose picture is not named by text", where + ": " + e.getMessage());
            return false;
        }
        return true;
    }

    private static List<Path> pictures(Path file, JsonNode json) {
        List<Path> paths = new ArrayList<>();
        for (String key : IMAGE_KEYS) {
            JsonNode value = json.path(key);
            if (value.isMissingNode() || value.isNull()) {
                continue;
            }
            for (JsonNode name : value.isArray() ? value : List.of(value)) {
                if (!name.isTextual()) {
                    throw new DataException("'" + key + "' holds " + name);
                }
                try {
                    paths.add(file.resolveSibling(name.textValue()));
                } catch (InvalidPathException e) {
                    throw new DataException("'" + key + "' holds " + name, e);
                }
            }
            break;
        }
        return paths;
    }

    private static String firstLine(Exception e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return String.valueOf(message).lines().findFirst().orElse("?");
    }

    @Override
    public int size() {
        return lines.size();
    }

    /** The number of the line, from 1. */
    @Override
    public String key(int i) {
        return String.valueOf(lines.get(i).number());
    }

    @Override
    public JsonNode json(int i) {
        Line line = lines.get(i);
        ByteBuffer buffer = ByteBuffer.allocate(line.length());
        try (FileChannel channel = FileChannel.open(file)) {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, line.offset() + buffer.position()) < 0) {
                    throw new DataException(file + " became shorter while it was in use; open the data set again");
                }
            }
            return JSON.readTree(buffer.array());
        } catch (IOException e) {
            throw new DataException("cannot read line " + line.number() + " of " + file + ": " + firstLine(e), e);
        }
    }

    @Override
    public Sample get(int i) {
        JsonNode json = json(i);
        List<byte[]> images =
                pictures(file, json).stream().map(PictureFiles::read).toList();
        return new Sample(key(i), json, images);
    }

    @Override
    public SkipLog skips() {
        return skips;
    }

    @Override
    public String name() {
        return file.toString();
    }
}
