package stipple.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Compares JSON with the part of JSON Schema that the document uses: types, properties, items, enums, references. */
final class SchemaCheck {
    private SchemaCheck() {}

    /** What does not fit; unknown properties do not fit either where the schema lists any. */
    static List<String> problems(JsonNode document, JsonNode schema, JsonNode value, String where) {
        List<String> problems = new ArrayList<>();
        check(document, schema, value, where, problems);
        return problems;
    }

    private static void check(JsonNode document, JsonNode schema, JsonNode value, String where, List<String> problems) {
        if (schema.has("$ref")) {
            check(document, document.at(schema.path("$ref").asText().substring(1)), value, where, problems);
            return;
        }
        if (!type(schema.path("type"), value)) {
            problems.add(where + " is " + value + ", not " + schema.path("type"));
            return;
        }
        if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
            problems.add(where + " is " + value + ", none of " + schema.path("enum"));
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                problems.add(where + " lacks " + name.asText());
            }
        });
        JsonNode properties = schema.path("properties");
        if (!properties.isEmpty()) {
            value.properties().forEach(entry -> {
                JsonNode property = properties.get(entry.getKey());
                String name = where + "." + entry.getKey();
                if (property == null) {
                    problems.add(name + " is not documented");
                } else {
                    check(document, property, entry.getValue(), name, problems);
                }
            });
        }
        if (schema.has("items")) {
            value.forEach(item -> check(document, schema.path("items"), item, where + "[]", problems));
        }
    }

    private static boolean type(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            return type.valueStream().anyMatch(one -> type(one, value));
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> true;
        };
    }
}
