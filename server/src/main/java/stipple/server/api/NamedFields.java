package stipple.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.server.api.ApiField.Kind;
import stipple.server.api.ApiField.Place;
import stipple.server.api.GivenFields.GivenFile;
import stipple.server.http.ApiException;

/**
 * Values by documented names, each of its kind and in its range.
 *
 * @param values by documented name
 * @param names documented name to the name the client used
 * @param files by documented name
 */
record NamedFields(Map<String, JsonNode> values, Map<String, String> names, Map<String, List<GivenFile>> files) {
    /**
     * Sorts out what was given.
     *
     * @throws ApiException 400 naming a field that is unknown, given twice, or of the wrong kind
     */
    static NamedFields of(GivenFields body, ApiFields fields, Place place) {
        NamedFields result = new NamedFields(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        body.values().forEach((name, value) -> {
            ApiField field = field(fields, place, name);
            result.note(field, name);
            JsonNode typed = body.form() && field.kind() != Kind.TEXT && field.kind() != Kind.PICTURE
                    ? parsed(field, name, value.textValue())
                    : value;
            require(field, name, typed);
            result.values.put(field.name(), typed);
        });
        body.files().forEach(file -> {
            ApiField field = field(fields, place, file.name());
            if (field.kind() != Kind.PICTURE) {
                throw ApiException.invalid(file.name(), "invalid_type", "'" + file.name() + "' must not be a file");
            }
            result.files
                    .computeIfAbsent(field.name(), name -> new ArrayList<>())
                    .add(file);
        });
        return result;
    }

    private void note(ApiField field, String name) {
        String before = names.put(field.name(), name);
        if (before != null) {
            throw ApiException.invalid(
                    name, "duplicate_parameter", "'" + name + "' and '" + before + "' are the same; leave one out");
        }
    }

    private static ApiField field(ApiFields fields, Place place, String name) {
        ApiField field = fields.find(place, name)
                .orElseThrow(() -> ApiException.invalid(
                        name,
                        "unknown_parameter",
                        "Unknown parameter '" + name + "'; known are "
                                + fields.of(place).stream()
                                        .filter(known -> known.refusal().isEmpty())
                                        .map(ApiField::name)
                                        .collect(Collectors.joining(", "))));
        field.refusal().ifPresent(reason -> {
            throw ApiException.invalid(name, "unsupported_parameter", "'" + name + "' cannot be used: " + reason);
        });
        return field;
    }

    private static JsonNode parsed(ApiField field, String name, String text) {
        try {
            return switch (field.kind()) {
                case INTEGER -> LongNode.valueOf(Long.parseLong(text.strip()));
                case NUMBER -> DoubleNode.valueOf(Double.parseDouble(text.strip()));
                case FLAG ->
                    switch (text.strip()) {
                        case "true" -> BooleanNode.TRUE;
                        case "false" -> BooleanNode.FALSE;
                        default -> throw new NumberFormatException(text);
                    };
                case TEXT, PICTURE -> throw new IllegalStateException("Text needs no parsing");
            };
        } catch (NumberFormatException wrong) {
            throw wrongKind(field, name, "'" + text + "'");
        }
    }

    private static void require(ApiField field, String name, JsonNode value) {
        boolean fits = switch (field.kind()) {
            case TEXT, PICTURE -> value.isTextual();
            case INTEGER -> value.isIntegralNumber() && value.canConvertToLong();
            case NUMBER -> value.isNumber() && Double.isFinite(value.doubleValue());
            case FLAG -> value.isBoolean();
        };
        if (!fits) {
            throw wrongKind(field, name, value.toString());
        }
        JsonNode choices = field.schema().get("enum");
        if (choices != null && !choices.valueStream().anyMatch(value::equals)) {
            throw ApiException.invalid(
                    name,
                    "invalid_value",
                    "'" + name + "' must be one of "
                            + choices.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "))
                            + ", got '" + shortened(value.asText()) + "'");
        }
        JsonNode least = field.schema().get("minimum");
        if (least != null
                && (value.doubleValue() < least.doubleValue()
                        || value.doubleValue() > field.schema().get("maximum").doubleValue())) {
            throw ApiException.invalid(
                    name,
                    "invalid_value",
                    "'" + name + "' must be from " + least + " to "
                            + field.schema().get("maximum") + ", got " + value);
        }
    }

    private static ApiException wrongKind(ApiField field, String name, String given) {
        String wanted = switch (field.kind()) {
            case TEXT, PICTURE -> "a string";
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
            case FLAG -> "true or false";
        };
        return ApiException.invalid(
                name, "invalid_type", "'" + name + "' must be " + wanted + ", got " + shortened(given));
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** How the client called a field. */
    String nameOf(String name) {
        return names.getOrDefault(name, name);
    }

    String text(String name, String absent) {
        return has(name) ? values.get(name).textValue() : absent;
    }

    int integer(String name, int absent) {
        return has(name) ? values.get(name).intValue() : absent;
    }

    boolean flag(String name, boolean absent) {
        return has(name) ? values.get(name).booleanValue() : absent;
    }
}
