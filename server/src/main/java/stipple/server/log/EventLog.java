package stipple.server.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;

/**
 * The server's log: one event per line, as JSON for machines or as text for people. Prompts and pictures are not logged.
 */
public final class EventLog {
    /** How lines look. */
    public enum Format {
        /** {@code 12:00:00 request method=POST path=/v1/jobs status=202}. */
        TEXT,
        /** {@code {"time":"…","level":"info","event":"request",…}}. */
        JSON,
        /** No lines but warnings and errors, as text. */
        QUIET
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final Format format;

    /** A log that writes where it is told. */
    public EventLog(PrintWriter out, Format format) {
        this.out = out;
        this.format = format;
    }

    /** Something that happened as it should. */
    public void info(String event, Object... namesAndValues) {
        write("info", event, fields(namesAndValues));
    }

    /** Something that a person should look at some time. */
    public void warn(String event, Object... namesAndValues) {
        write("warn", event, fields(namesAndValues));
    }

    /** A failure of ours, with its stack. */
    public void error(String event, Throwable failure, Object... namesAndValues) {
        ObjectNode fields = fields(namesAndValues);
        fields.put("failure", failure.toString());
        fields.put("stack", stack(failure));
        write("error", event, fields);
    }

    private void write(String level, String event, ObjectNode fields) {
        if (format == Format.QUIET && level.equals("info")) {
            return;
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String line;
        if (format == Format.JSON) {
            ObjectNode json = JSON.createObjectNode();
            json.put("time", now.toString()).put("level", level).put("event", event);
            json.setAll(fields);
            line = json.toString();
        } else {
            String details = fields.properties().stream()
                    .map(field -> field.getKey() + "=" + text(field.getKey(), field.getValue()))
                    .collect(Collectors.joining(" "));
            line = now.toString().substring(11, 19) + (level.equals("info") ? " " : " " + level + ": ") + event + " "
                    + details;
        }
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /** Clients choose some of the values: none of them may begin a line of its own. */
    private static String text(String name, JsonNode value) {
        return name.equals("stack") ? value.asText() : value.asText().replaceAll("\\p{Cntrl}", " ");
    }

    private static ObjectNode fields(Object... namesAndValues) {
        ObjectNode fields = JSON.createObjectNode();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                fields.set(namesAndValues[i].toString(), JSON.valueToTree(namesAndValues[i + 1]));
            }
        }
        return fields;
    }

    private static String stack(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
            for (StackTraceElement frame : cause.getStackTrace()) {
                text.append("  at ").append(frame).append('\n');
            }
        }
        return text.toString();
    }
}
