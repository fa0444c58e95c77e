package stipple.server.runs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether a run goes on, found out without disturbing it.
 *
 * @param state the answer
 * @param why more about it in words, empty if there is no more to say
 */
record RunEnd(RunState state, String why) {
    private static final String LOCK = ".lock";
    private static final String CHECKPOINT = "checkpoint-";

    /** How long a log may rest while a process that cannot be seen from here is still believed to train. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Finds out. What the run said at its end counts most. A run that has said nothing goes on if its process lives; if that
     * cannot be seen (another machine, another container), if its log is fresh. Otherwise it was killed, unless it had done
     * all its steps.
     *
     * @param step of the last line of the log
     * @param updated when the log last grew
     */
    static RunEnd of(Path run, long step, OptionalLong steps, RunWords words, Optional<Instant> updated, Instant now) {
        if (words.end().isPresent()) {
            RunWords.Line end = words.end().get();
            return new RunEnd(end.state(), end.state() == RunState.FINISHED ? "" : end.words());
        }
        boolean fresh = updated.filter(time -> Duration.between(time, now).compareTo(PATIENCE) < 0)
                .isPresent();
        if (trains(run) || (fresh && step < steps.orElse(Long.MAX_VALUE))) {
            return new RunEnd(RunState.RUNNING, "");
        }
        if (steps.isPresent() && step >= steps.getAsLong()) {
            return new RunEnd(RunState.FINISHED, "");
        }
        long saved = newest(run, CHECKPOINT);
        long broken = newest(run, "nonfinite-");
        String again = saved < 0 ? "" : "; started again, it goes on from " + CHECKPOINT + saved;
        if (broken >= step && broken >= 0) {
            return new RunEnd(RunState.FAILED, "the loss or a gradient was not finite at step " + broken + again);
        }
        return saved >= step
                ? new RunEnd(RunState.STOPPED, "it was stopped" + again)
                : new RunEnd(RunState.FAILED, "its process ended without a word, as if killed" + again);
    }

    /** Whether the process that locked the folder lives. Trying the lock itself could keep a run from starting. */
    private static boolean trains(Path run) {
        Path lock = run.resolve(LOCK);
        try {
            String text = new String(PlainFiles.read(lock, 0, 64), StandardCharsets.US_ASCII).strip();
            Instant locked = Files.getLastModifiedTime(lock).toInstant();
            return text.matches("\\d{1,10}")
                    && ProcessHandle.of(Long.parseLong(text))
                            // A process that began later only has the same number.
                            .filter(process -> process.info()
                                    .startInstant()
                                    .filter(start -> start.isAfter(locked.plusSeconds(1)))
                                    .isEmpty())
                            .isPresent();
        } catch (IOException absent) {
            return false;
        }
    }

    /** The highest number among folders of a kind, -1 if there is none. */
    private static long newest(Path run, String prefix) {
        try {
            return PlainFiles.list(run, name -> name.matches(prefix + "\\d{1,18}")).stream()
                    .mapToLong(
                            path -> Long.parseLong(path.getFileName().toString().substring(prefix.length())))
                    .max()
                    .orElse(-1);
        } catch (IOException unreadable) {
            // Then a run cannot go on from there either.
            return -1;
        }
    }
}
