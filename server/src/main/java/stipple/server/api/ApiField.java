package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A field of a request: what is checked and what is documented come from here.
 *
 * @param name as documented
 * @param aliases other names that clients of other servers use for the same
 * @param kind of its value
 * @param places where it may be given
 * @param description one sentence
 * @param schema of its value beyond the kind, in the words of JSON Schema
 * @param refusal why it cannot be used, empty if it can
 */
record ApiField(
        String name,
        List<String> aliases,
        Kind kind,
        Set<Place> places,
        String description,
        ObjectNode schema,
        Optional<String> refusal) {

    /** Kinds of values. */
    enum Kind {
        TEXT("string"),
        INTEGER("integer"),
        NUMBER("number"),
        FLAG("boolean"),
        /** A file of a multipart body, or a string in base64 or as a data URL. */
        PICTURE("string");

        private final String schemaType;

        Kind(String schemaType) {
            this.schemaType = schemaType;
        }

        String schemaType() {
            return schemaType;
        }
    }

    /** Requests that have fields. */
    enum Place {
        GENERATION,
        EDIT,
        JOB
    }

    static ApiField of(String name, Kind kind, Set<Place> places, String description) {
        return new ApiField(
                name, List.of(), kind, places, description, JsonNodeFactory.instance.objectNode(), Optional.empty());
    }

    ApiField alias(String... names) {
        return new ApiField(name, List.of(names), kind, places, description, schema, refusal);
    }

    ApiField range(double least, double most) {
        ObjectNode with = schema.deepCopy();
        if (kind == Kind.INTEGER) {
            with.put("minimum", (long) least).put("maximum", (long) most);
        } else {
            with.put("minimum", least).put("maximum", most);
        }
        return new ApiField(name, aliases, kind, places, description, with, refusal);
    }

    ApiField oneOf(List<String> values) {
        ObjectNode with = schema.deepCopy();
        values.forEach(with.withArray("enum")::add);
        return new ApiField(name, aliases, kind, places, description, with, refusal);
    }

    ApiField byDefault(Object value) {
        ObjectNode with = schema.deepCopy();
        with.putPOJO("default", value);
        return new ApiField(name, aliases, kind, places, description, with, refusal);
    }

    ApiField refused(String reason) {
        return new ApiField(name, aliases, kind, places, description, schema, Optional.of(reason));
    }

    /** All its names. */
    Stream<String> names() {
        return Stream.concat(Stream.of(name), aliases.stream());
    }
}
