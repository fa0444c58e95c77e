package stipple.server.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stipple.model.files.AtomicFile;
import stipple.server.runs.TrainingRun.Sample;

/**
 * Reads training runs, also while they go on. Whatever is missing or damaged is told beside the rest. Logs are kept in
 * memory and only read on. Safe for use by several threads.
 */
public final class RunReader {
    private static final Pattern SAMPLE = Pattern.compile("(\\d{1,12})\\.png");
    private static final long LARGEST_SAMPLE = 64L << 20;
    private static final int SMALL_CURVE = 48;

    private final RunFolders folders;
    private final Clock clock;
    private final Map<Path, MetricsFile> logs = new ConcurrentHashMap<>();

    /** Reads the runs in these folders. */
    public RunReader(RunFolders folders, Clock clock) {
        this.folders = folders;
        this.clock = clock;
    }

    /** All runs, those that changed last first. */
    public List<TrainingRun> all() {
        List<RunFolders.Entry> entries = folders.find().entries().stream()
                .filter(RunFolders.Entry::training)
                .toList();
        logs.keySet().retainAll(entries.stream().map(RunFolders.Entry::path).collect(Collectors.toSet()));
        return entries.stream()
                .map(this::read)
                .sorted(Comparator.comparing((TrainingRun run) -> run.updated().orElse(Instant.EPOCH))
                        .reversed()
                        .thenComparing(TrainingRun::id))
                .toList();
    }

    /** A run, by the id that the list has for it. */
    public Optional<TrainingRun> find(String id) {
        return folders.find().entries().stream()
                .filter(entry -> entry.training() && entry.id().equals(id))
                .findFirst()
                .map(this::read);
    }

    /** All figures of a run, each with so many points at most. */
    public List<Curve> curves(TrainingRun run, int points) {
        return log(run.folder()).curves(points);
    }

    /** A run's recipe and the last of its words; empty where they cannot be read, which the run's problems tell. */
    public TrainingRun.Texts texts(TrainingRun run) {
        List<String> told = new ArrayList<>();
        Recipe recipe = attempt(told, Recipe.FILE, () -> Recipe.read(run.folder()), Recipe.NONE);
        RunWords words = attempt(told, RunWords.FILE, () -> RunWords.read(run.folder()), RunWords.NONE);
        return new TrainingRun.Texts(recipe.text(), words.text());
    }

    /** The content of a sample grid, or nothing if it is not there any more. */
    public Optional<byte[]> sample(TrainingRun run, String file) {
        if (run.samples().stream().noneMatch(sample -> sample.file().equals(file))) {
            return Optional.empty();
        }
        try {
            return Optional.of(PlainFiles.read(run.folder().resolve("samples").resolve(file), 0, LARGEST_SAMPLE));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private MetricsFile log(Path run) {
        return logs.computeIfAbsent(run, path -> new MetricsFile(path.resolve(TrainingRun.METRICS)));
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T attempt(List<String> problems, String what, Reading<T> reading, T otherwise) {
        try {
            return reading.read();
        } catch (IOException e) {
            problems.add(what + " cannot be read: " + AtomicFile.reason(e));
            return otherwise;
        }
    }

    private TrainingRun read(RunFolders.Entry entry) {
        Path folder = entry.path();
        List<String> problems = new ArrayList<>();
        MetricsFile log = attempt(problems, TrainingRun.METRICS, () -> refreshed(folder), log(folder));
        log.problem().ifPresent(problems::add);
        Recipe recipe = attempt(problems, Recipe.FILE, () -> Recipe.read(folder), Recipe.NONE);
        recipe.problem().ifPresent(problems::add);
        RunWords words = attempt(problems, RunWords.FILE, () -> RunWords.read(folder), RunWords.NONE);
        List<Sample> samples = attempt(problems, "samples", () -> samples(folder), List.of());
        Optional<Instant> updated = updated(folder);
        RunEnd end = RunEnd.of(folder, log.lastStep(), recipe.steps(), words, updated, clock.instant());
        return new TrainingRun(
                entry.id(),
                entry.name(),
                folder,
                end.state(),
                end.why(),
                recipe.objective(),
                Math.max(log.lastStep(), words.end().map(RunWords.Line::step).orElse(0L)),
                recipe.steps(),
                words.start().map(RunWords.Line::time),
                updated,
                end.state() == RunState.RUNNING ? secondsLeft(log, recipe, words, updated) : OptionalDouble.empty(),
                log.newest(),
                log.curve("loss", SMALL_CURVE),
                samples,
                List.copyOf(problems));
    }

    private MetricsFile refreshed(Path run) throws IOException {
        MetricsFile log = log(run);
        // A run that has just begun has none.
        if (PlainFiles.is(run.resolve(TrainingRun.METRICS))) {
            log.refresh();
        }
        return log;
    }

    private static List<Sample> samples(Path run) throws IOException {
        return PlainFiles.list(
                        run.resolve("samples"), name -> SAMPLE.matcher(name).matches())
                .stream()
                .filter(PlainFiles::is)
                .map(path -> path.getFileName().toString())
                .map(name -> new Sample(Long.parseLong(name.substring(0, name.indexOf('.'))), name))
                .sorted(Comparator.comparingLong(Sample::step))
                .toList();
    }

    /** When the log last grew; a run without one changed when its folder did. */
    private static Optional<Instant> updated(Path run) {
        for (String name : List.of(TrainingRun.METRICS, RunWords.FILE, "")) {
            try {
                return Optional.of(Files.getLastModifiedTime(run.resolve(name), LinkOption.NOFOLLOW_LINKS)
                        .toInstant());
            } catch (IOException absent) {
                // The next one, then.
            }
        }
        return Optional.empty();
    }

    /** By the pace since the last start, pauses for drawing and saving included; before it has one, by the log's. */
    private OptionalDouble secondsLeft(MetricsFile log, Recipe recipe, RunWords words, Optional<Instant> updated) {
        if (recipe.steps().isEmpty() || updated.isEmpty() || log.lastStep() == 0) {
            return OptionalDouble.empty();
        }
        double pace = Double.NaN;
        if (words.start().isPresent()) {
            RunWords.Line start = words.start().get();
            double seconds = Duration.between(start.time(), updated.get()).toMillis() / 1e3;
            pace = seconds > 0 ? (log.lastStep() - start.step()) / seconds : Double.NaN;
        }
        if (!(pace > 0) && recipe.batch().isPresent()) {
            pace = log.newest().getOrDefault("samples_per_s", Double.NaN)
                    / recipe.batch().getAsLong();
        }
        if (!(pace > 0) || Double.isInfinite(pace)) {
            return OptionalDouble.empty();
        }
        double since = Duration.between(updated.get(), clock.instant()).toMillis() / 1e3;
        double left = (recipe.steps().getAsLong() - log.lastStep()) / pace;
        return OptionalDouble.of(Math.max(0, left - Math.max(0, since)));
    }
}
