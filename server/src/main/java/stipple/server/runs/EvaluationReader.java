package stipple.server.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import stipple.model.files.AtomicFile;
import stipple.server.runs.RunFolders.Entry;

/**
 * Reads evaluation reports. A report that is damaged or of a format that is not known stays in the list and says so. What a
 * report names is only read if it lies in its folder. Safe for use by several threads.
 */
public final class EvaluationReader {
    /** The format of reports that is known; the module {@code eval} writes it. */
    private static final int SCHEMA = 1;

    private static final long LARGEST_REPORT = 64L << 20;
    private static final long LARGEST_PICTURE = 64L << 20;
    private static final long LARGEST_PAGE = 256L << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunFolders folders;
    private final Map<Path, Known> summaries = new ConcurrentHashMap<>();

    /** A summary of the file that had this size at this time. */
    private record Known(long size, Instant modified, Evaluation evaluation) {}

    /** Reads the reports in these folders. */
    public EvaluationReader(RunFolders folders) {
        this.folders = folders;
    }

    /** All reports, newest first. */
    public List<Evaluation> all() {
        List<Entry> entries =
                folders.find().entries().stream().filter(Entry::evaluation).toList();
        summaries.keySet().retainAll(entries.stream().map(Entry::path).collect(Collectors.toSet()));
        return entries.stream()
                .map(this::summary)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Evaluation::created).reversed().thenComparing(Evaluation::id))
                .toList();
    }

    /** A report, by the id that the list has for it. */
    public Optional<Evaluation> find(String id) {
        return folders.find().entries().stream()
                .filter(entry -> entry.evaluation() && entry.id().equals(id))
                .findFirst()
                .flatMap(this::summary);
    }

    /** Everything in a report; nothing if it cannot be read. */
    public Optional<ObjectNode> report(Evaluation evaluation) {
        try {
            return Optional.of(parse(evaluation.folder()));
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    /** The media type of a picture by its name, if it is one that reports have. */
    public static Optional<String> pictureType(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".png")
                ? Optional.of("image/png")
                : lower.endsWith(".jpg") || lower.endsWith(".jpeg")
                        ? Optional.of("image/jpeg")
                        : lower.endsWith(".webp") ? Optional.of("image/webp") : Optional.empty();
    }

    /** A picture that a report names, if it is a picture in the report's folder. */
    public Optional<byte[]> picture(Evaluation evaluation, String name) {
        return pictureType(name).flatMap(type -> content(evaluation, name, LARGEST_PICTURE));
    }

    /** The report's own page. */
    public Optional<byte[]> page(Evaluation evaluation) {
        return content(evaluation, Evaluation.PAGE, LARGEST_PAGE);
    }

    private static Optional<byte[]> content(Evaluation evaluation, String name, long most) {
        try {
            Optional<Path> file = PlainFiles.inside(evaluation.folder(), name);
            return file.isEmpty() ? Optional.empty() : Optional.of(PlainFiles.read(file.get(), 0, most));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private Optional<Evaluation> summary(Entry entry) {
        Path file = entry.path().resolve(Evaluation.REPORT);
        try {
            long size = Files.size(file);
            Instant modified = Files.getLastModifiedTime(file).toInstant();
            Known known = summaries.get(entry.path());
            if (known == null
                    || known.size() != size
                    || !known.modified().equals(modified)
                    || !known.evaluation().id().equals(entry.id())
                    || known.evaluation().page() != hasPage(entry)) {
                known = new Known(size, modified, read(entry, modified));
                summaries.put(entry.path(), known);
            }
            return Optional.of(known.evaluation());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The page is written after the report. */
    private static boolean hasPage(Entry entry) {
        return PlainFiles.is(entry.path().resolve(Evaluation.PAGE));
    }

    private static Evaluation read(Entry entry, Instant modified) {
        boolean page = hasPage(entry);
        try {
            ObjectNode report = parse(entry.path());
            return new Evaluation(
                    entry.id(),
                    entry.name(),
                    entry.path(),
                    modified,
                    report.path("suite").asText(),
                    report.path("model").asText(),
                    report.path("figures"),
                    report.path("items").size(),
                    page,
                    Optional.empty());
        } catch (IOException damaged) {
            String why = Evaluation.REPORT + " cannot be shown: " + AtomicFile.reason(damaged);
            return new Evaluation(
                    entry.id(),
                    entry.name(),
                    entry.path(),
                    modified,
                    "",
                    "",
                    JsonNodeFactory.instance.arrayNode(),
                    0,
                    page,
                    Optional.of(why));
        }
    }

    private static ObjectNode parse(Path folder) throws IOException {
        byte[] content = PlainFiles.read(folder.resolve(Evaluation.REPORT), 0, LARGEST_REPORT);
        JsonNode json;
        try {
            json = JSON.readTree(content);
        } catch (JsonProcessingException damaged) {
            String why = damaged.getOriginalMessage().lines().findFirst().orElse("malformed");
            throw new IOException("it is damaged: " + why, damaged);
        }
        if (!(json instanceof ObjectNode report) || !report.path("suite").isTextual()) {
            throw new IOException("it is no report of stipple eval");
        }
        if (report.path("schema").asInt(-1) != SCHEMA) {
            throw new IOException("its format is " + report.path("schema").asText("unknown") + ", known is " + SCHEMA);
        }
        if (!report.path("figures").isArray() || !report.path("items").isArray()) {
            throw new IOException("it has no figures or no pictures");
        }
        return report;
    }
}
