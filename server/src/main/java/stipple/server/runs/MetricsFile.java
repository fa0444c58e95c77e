package stipple.server.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The log of a run's figures, one line of JSON per step that is logged. It grows while it is read: each look reads what was
 * added since the last. Safe for use by several threads.
 */
final class MetricsFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PIECE = 4 << 20;

    /** What is read of a file in all; more lines would not fit into memory beside a model. */
    private static final long MOST_BYTES = 256L << 20;

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private final Path path;
    private final Map<String, Figures> figures = new LinkedHashMap<>();
    private Object key;
    private long read;
    private long lines;
    private long unreadable;
    private long firstUnreadable;
    private long lastStep;
    private boolean cut;

    MetricsFile(Path path) {
        this.path = path;
    }

    /** Reads what was added. A run that goes on from a checkpoint writes its file anew, which is read anew. */
    synchronized void refresh() throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (now.size() < read || (now.fileKey() != null && !now.fileKey().equals(key))) {
            forget();
            key = now.fileKey();
        }
        long end = Math.min(now.size(), MOST_BYTES);
        cut = now.size() > MOST_BYTES;
        while (read < end) {
            byte[] piece = PlainFiles.piece(path, read, PIECE);
            int taken = lines(piece);
            if (taken == 0 && piece.length < PIECE) {
                // The last line may be half written; it is read with the next look.
                return;
            }
            if (taken == 0) {
                lines++;
                unreadable(lines);
            }
            read += taken == 0 ? piece.length : taken;
        }
    }

    /** Takes over the whole lines of a piece; the number of bytes they have. */
    private int lines(byte[] piece) {
        int from = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] == '\n') {
                line(new String(piece, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
        return from;
    }

    private void unreadable(long line) {
        if (unreadable++ == 0) {
            firstUnreadable = line;
        }
    }

    private void forget() {
        figures.clear();
        read = 0;
        lines = 0;
        unreadable = 0;
        lastStep = 0;
    }

    private void line(String text) {
        lines++;
        JsonNode line;
        try {
            line = JSON.readTree(text);
        } catch (JsonProcessingException damaged) {
            line = null;
        }
        if (line == null || !line.path("step").isNumber()) {
            if (!text.isBlank()) {
                unreadable(lines);
            }
            return;
        }
        double step = line.path("step").asDouble();
        lastStep = Math.max(lastStep, (long) step);
        line.properties().forEach(entry -> {
            OptionalDouble value = value(entry.getValue());
            if (!entry.getKey().equals("step") && value.isPresent()) {
                figures.computeIfAbsent(entry.getKey(), name -> new Figures()).add(step, value.getAsDouble());
            }
        });
    }

    private static OptionalDouble value(JsonNode node) {
        if (node.isNumber()) {
            return OptionalDouble.of(node.asDouble());
        }
        // JSON has no such numbers, so the log has them as text.
        return node.isTextual() && NOT_FINITE.contains(node.asText())
                ? OptionalDouble.of(Double.NaN)
                : OptionalDouble.empty();
    }

    /** The step of the last line, 0 if there is none. */
    synchronized long lastStep() {
        return lastStep;
    }

    /** The newest value of every figure, in the order in which they first appear. */
    synchronized Map<String, Double> newest() {
        Map<String, Double> newest = new LinkedHashMap<>();
        figures.forEach((name, figure) -> newest.put(name, figure.last()));
        return newest;
    }

    /** All figures, each with so many points at most. */
    synchronized List<Curve> curves(int points) {
        List<Curve> curves = new ArrayList<>();
        figures.forEach((name, figure) -> curves.add(figure.curve(name, points)));
        return curves;
    }

    /** One figure, or nothing if it is not in the log. */
    synchronized Optional<Curve> curve(String name, int points) {
        return Optional.ofNullable(figures.get(name)).map(figure -> figure.curve(name, points));
    }

    /** What is wrong with the file, if anything is. */
    synchronized Optional<String> problem() {
        if (unreadable > 0) {
            return Optional.of(path.getFileName() + ": " + unreadable + " of " + lines
                    + " lines cannot be read, the first is line " + firstUnreadable);
        }
        return cut
                ? Optional.of(path.getFileName() + " is larger than " + (MOST_BYTES >> 20)
                        + " MiB; what comes after that is not shown")
                : Optional.empty();
    }
}
