package stipple.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Optional;

/** Reads server-sent events: names and data in JSON; comments that keep the connection alive are skipped. */
final class EventReader implements AutoCloseable {
    private final BufferedReader lines;

    EventReader(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, UTF_8));
    }

    /** An event. */
    record Event(String name, JsonNode data) {}

    /** The next event, empty at the end of the stream. */
    Optional<Event> next() {
        try {
            String name = "message";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !data.isEmpty()) {
                    return Optional.of(new Event(name, Json.parse(data.toString())));
                }
                if (line.startsWith("event:")) {
                    name = value(line);
                } else if (line.startsWith("data:")) {
                    data.append(data.isEmpty() ? "" : "\n").append(value(line));
                }
            }
            return Optional.empty();
        } catch (IOException broken) {
            throw new StippleException("The connection broke while the server was sending events", broken);
        }
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException gone) {
            throw new StippleException("The connection could not be closed", gone);
        }
    }
}
