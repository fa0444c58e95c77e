package stipple.server.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run says of itself in words, in {@value #FILE}: a line for each start, some for what was read, and a line for the
 * end, which a killed process does not write.
 *
 * @param text its last lines
 * @param start of the last process that trained, if it is among them
 * @param end how that process ended, if it said so
 */
record RunWords(String text, Optional<Line> start, Optional<Line> end) {
    static final String FILE = "run.log";

    /** No words. */
    static final RunWords NONE = new RunWords("", Optional.empty(), Optional.empty());

    private static final int MOST = 64 << 10;
    private static final Pattern LINE = Pattern.compile("(\\S+) step (\\d{1,18})  (.*)");

    /** The words of the trainer; see its class {@code Trainer}. */
    private static final List<String> STARTS = List.of("training starts", "training goes on");

    private static final String DONE = "all steps are done";
    private static final String STOPPED = "training was stopped";
    private static final String FAILED = "training failed";

    /**
     * One line.
     *
     * @param time when it was written
     * @param step steps done by then
     * @param words what it says
     */
    record Line(Instant time, long step, String words) {
        private boolean starts() {
            return STARTS.stream().anyMatch(words::startsWith);
        }

        private boolean ends() {
            return words.startsWith(DONE) || words.startsWith(STOPPED) || words.startsWith(FAILED);
        }

        /** The state of a run that ended so. */
        RunState state() {
            return words.startsWith(DONE)
                    ? RunState.FINISHED
                    : words.startsWith(STOPPED) ? RunState.STOPPED : RunState.FAILED;
        }
    }

    /** Reads the words of a run; a line that is none of the trainer's is passed over. */
    static RunWords read(Path run) throws IOException {
        Path file = run.resolve(FILE);
        if (!PlainFiles.is(file)) {
            return NONE;
        }
        String text = PlainFiles.tail(file, MOST);
        Optional<Line> start = Optional.empty();
        Optional<Line> end = Optional.empty();
        for (String one : text.split("\n")) {
            Optional<Line> line = parse(one);
            if (line.filter(Line::starts).isPresent()) {
                start = line;
                end = Optional.empty();
            } else if (line.filter(Line::ends).isPresent()) {
                end = line;
            }
        }
        return new RunWords(text, start, end);
    }

    private static Optional<Line> parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Line(Instant.parse(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3)));
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }
}
