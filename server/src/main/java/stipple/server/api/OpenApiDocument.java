package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stipple.server.api.ApiField.Kind;
import stipple.server.api.ApiField.Place;
import stipple.server.draw.ServedModel;
import stipple.server.http.Routes;

/** The description of the server in OpenAPI 3.1, made from the same fields that requests are checked against. */
final class OpenApiDocument {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OpenApiDocument() {}

    /** The document of a server with these routes; every route must be described. */
    static ObjectNode of(ApiFields fields, List<Routes.Route> routes) {
        ObjectNode json = JSON.objectNode();
        json.put("openapi", "3.1.0");
        json.putObject("info")
                .put("title", "Stipple")
                .put("version", ServedModel.VERSION)
                .put(
                        "description",
                        "Draws pictures. The image routes are OpenAI's; jobs are for drawing that nobody waits for."
                                + " A field that is unknown or cannot be used is refused with a 400 that names it.");
        ObjectNode paths = json.putObject("paths");
        for (Routes.Route route : routes) {
            Operation operation = Operations.of(route);
            paths.withObjectProperty(route.pattern())
                    .set(route.method().toLowerCase(Locale.ROOT), describe(route, operation));
        }
        ObjectNode components = json.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("key")
                .put("type", "http")
                .put("scheme", "bearer");
        ObjectNode schemas = components.putObject("schemas");
        for (Place place : Place.values()) {
            schemas.set(name(place), body(fields, place));
        }
        ResponseSchemas.addTo(schemas);
        return json;
    }

    /**
     * What a route does.
     *
     * @param summary one sentence
     * @param body the fields of its body, or null
     * @param query names of its parameters behind the question mark
     * @param status of success
     * @param answer the schema or the media type of the answer, empty for none
     * @param errors other statuses
     */
    record Operation(String summary, Place body, List<String> query, int status, String answer, List<Integer> errors) {}

    private static ObjectNode describe(Routes.Route route, Operation operation) {
        ObjectNode json = JSON.objectNode().put("summary", operation.summary());
        json.put("operationId", id(route));
        List<String> inPath = Pattern.compile("\\{(\\w+)}")
                .matcher(route.pattern())
                .results()
                .map(found -> found.group(1))
                .toList();
        for (String name : inPath) {
            parameter(json, name, "path").put("required", true);
        }
        operation.query().forEach(name -> parameter(json, name, "query"));
        if (operation.body() != null) {
            ObjectNode content =
                    json.putObject("requestBody").put("required", true).putObject("content");
            content.putObject("application/json").set("schema", reference(name(operation.body())));
            content.putObject("multipart/form-data").set("schema", reference(name(operation.body())));
        }
        ObjectNode responses = json.putObject("responses");
        ObjectNode success =
                responses.putObject(Integer.toString(operation.status())).put("description", "success");
        if (operation.answer().contains("/")) {
            success.putObject("content").putObject(operation.answer());
        } else if (!operation.answer().isEmpty()) {
            ObjectNode content = success.putObject("content");
            content.putObject("application/json").set("schema", reference(operation.answer()));
            if (operation.answer().equals("Images")) {
                content.putObject("text/event-stream");
            }
        }
        for (int status : operation.errors()) {
            responses
                    .putObject(Integer.toString(status))
                    .put("description", Operations.meaning(status))
                    .putObject("content")
                    .putObject("application/json")
                    .set("schema", reference("Error"));
        }
        return json;
    }

    private static ObjectNode parameter(ObjectNode operation, String name, String in) {
        ObjectNode parameter = operation.withArray("parameters").addObject();
        parameter.put("name", name).put("in", in).putObject("schema").put("type", "string");
        return parameter;
    }

    private static String id(Routes.Route route) {
        return route.method().toLowerCase(Locale.ROOT)
                + route.pattern().replaceAll("[{}.]", "").replace('/', '_');
    }

    private static ObjectNode reference(String name) {
        return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    private static String name(Place place) {
        return switch (place) {
            case GENERATION -> "GenerationRequest";
            case EDIT -> "EditRequest";
            case JOB -> "JobRequest";
        };
    }

    private static ObjectNode body(ApiFields fields, Place place) {
        ObjectNode json = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        json.withArray("required").add("prompt");
        if (place == Place.EDIT) {
            json.withArray("required").add("image");
        }
        ObjectNode properties = json.putObject("properties");
        fields.of(place).forEach(field -> {
            properties.set(field.name(), schema(field));
            field.aliases()
                    .forEach(alias -> properties.set(
                            alias, schema(field).put("description", "The same as `" + field.name() + "`.")));
        });
        return json;
    }

    /** The schema of one field. */
    static ObjectNode schema(ApiField field) {
        ObjectNode json = JSON.objectNode().put("type", field.kind().schemaType());
        json.put(
                "description",
                field.refusal()
                        .map(reason -> field.description() + " Refused: " + reason + ".")
                        .orElse(field.description()));
        if (field.kind() == Kind.PICTURE) {
            json.put("contentEncoding", "base64");
        }
        field.refusal().ifPresent(reason -> json.put("x-refused", true));
        if (!field.aliases().isEmpty()) {
            json.put("x-aliases", field.aliases().stream().collect(Collectors.joining(", ")));
        }
        json.setAll(field.schema().deepCopy());
        return json;
    }
}
