package stipple.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import stipple.model.files.JsonObjectFile;

/** Facts in order, printed as an aligned list for people or as JSON for programs. */
final class Report {
    private static final int INDENT = 2;

    private final ObjectNode facts = JsonObjectFile.newObject();

    /** Adds a fact. */
    Report put(String key, Object value) {
        facts.putPOJO(key, value);
        return this;
    }

    /** Adds several values. */
    Report put(String key, List<String> values) {
        ArrayNode list = facts.putArray(key);
        values.forEach(list::add);
        return this;
    }

    /** Adds facts about a part. */
    Report put(String key, Report part) {
        facts.set(key, part.facts);
        return this;
    }

    /** Adds what is JSON already. */
    Report put(String key, JsonNode json) {
        facts.set(key, json);
        return this;
    }

    /** As one line of JSON. */
    String json() {
        return facts.toString();
    }

    /** Prints. */
    void print(PrintWriter out, boolean json) {
        if (json) {
            out.println(json());
        } else {
            print(out, facts, 0);
        }
        out.flush();
    }

    private static void print(PrintWriter out, ObjectNode object, int indent) {
        int width = object.properties().stream()
                .mapToInt(property -> property.getKey().length())
                .max()
                .orElse(0);
        object.properties().forEach(property -> {
            String label = " ".repeat(indent) + property.getKey();
            if (property.getValue() instanceof ObjectNode part) {
                out.println(label);
                print(out, part, indent + INDENT);
            } else {
                int column = indent + width + INDENT;
                String text = text(property.getValue()).replace("\n", "\n" + " ".repeat(column));
                out.println(label + " ".repeat(column - label.length()) + text);
            }
        });
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Report::text)
                    .collect(Collectors.joining(", "));
        }
        return value.asText();
    }
}
