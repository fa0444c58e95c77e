package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The schemas of answers, for the OpenAPI document. */
final class ResponseSchemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ResponseSchemas() {}

    static void addTo(ObjectNode schemas) {
        schemas.set(
                "Error",
                object().property(
                                "error",
                                object().property("message", "string")
                                        .property("type", "string")
                                        .optional("param", "string")
                                        .property("code", "string")
                                        .node())
                        .node());
        schemas.set(
                "Usage",
                object().property("input_tokens", "integer")
                        .property("input_tokens_details", object().node())
                        .property("output_tokens", "integer")
                        .property("output_tokens_details", object().node())
                        .property("total_tokens", "integer")
                        .node());
        schemas.set("Images", images());
        schemas.set("Progress", progress());
        schemas.set(
                "Picture",
                object().property("index", "integer")
                        .property("seed", "integer")
                        .property("size", "string")
                        .property("format", "string")
                        .property("bytes", "integer")
                        .property("created_at", "number")
                        .property("url", "string")
                        .node());
        schemas.set("Job", job());
        schemas.set("JobList", list("Job").property("has_more", "boolean").node());
        schemas.set(
                "Model",
                object().property("id", "string")
                        .property("object", "string")
                        .property("created", "integer")
                        .property("owned_by", "string")
                        .property("capabilities", array(JSON.objectNode().put("type", "string")))
                        .node());
        schemas.set("ModelList", list("Model").node());
        RunSchemas.addTo(schemas);
        schemas.set("Status", object().property("status", "string").node());
        Schema capabilities = object();
        for (String part : List.of("model", "sizes", "parameters", "limits")) {
            capabilities.property(part, object().node());
        }
        schemas.set(
                "Capabilities",
                capabilities
                        .property("software", "string")
                        .property("version", "string")
                        .property("streaming", "boolean")
                        .property("jobs", "boolean")
                        .property("modes", array(JSON.objectNode().put("type", "string")))
                        .property("output_formats", array(JSON.objectNode().put("type", "string")))
                        .node());
    }

    private static ObjectNode images() {
        ObjectNode picture = object().optional("b64_json", "string")
                .optional("url", "string")
                .optional("revised_prompt", "string")
                .property("seed", "integer")
                .node();
        return object().property("created", "integer")
                .property("data", array(picture))
                .property("background", "string")
                .property("output_format", "string")
                .property("quality", "string")
                .property("size", "string")
                .property("usage", reference("Usage"))
                .property("job", "string")
                .property("model", "string")
                .property("parameters", object().node())
                .optional("warnings", "array")
                .node();
    }

    private static ObjectNode progress() {
        return object().property("fraction", "number")
                .property("tokens", "integer")
                .property("total_tokens", "integer")
                .optional("picture", "integer")
                .optional("row", "integer")
                .optional("rows", "integer")
                .optional("eta_seconds", "number")
                .node();
    }

    private static ObjectNode job() {
        ObjectNode state = JSON.objectNode().put("type", "string");
        JobRoutes.states().forEach(state.withArray("enum")::add);
        return object().property("id", "string")
                .property("object", "string")
                .property("kind", "string")
                .property("state", state)
                .property("model", "string")
                .property("created_at", "number")
                .optional("started_at", "number")
                .optional("finished_at", "number")
                .optional("position", "integer")
                .property("progress", reference("Progress"))
                .property("parameters", object().node())
                .optional("input", "object")
                .optional("start", "object")
                .optional("user", "string")
                .property("request_id", "string")
                .property("pictures", array(reference("Picture")))
                .property("usage", reference("Usage"))
                .optional("error", "object")
                .property("url", "string")
                .property("events_url", "string")
                .optional("preview_url", "string")
                .optional("warnings", "array")
                .node();
    }

    private static Schema list(String of) {
        return object().property("object", "string").property("data", array(reference(of)));
    }

    private static ObjectNode array(ObjectNode items) {
        ObjectNode json = JSON.objectNode().put("type", "array");
        json.set("items", items);
        return json;
    }

    private static ObjectNode reference(String name) {
        return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    private static Schema object() {
        return new Schema(JSON.objectNode().put("type", "object"));
    }

    /**
     * An object's schema in the making.
     *
     * @param node as far as it is
     */
    private record Schema(ObjectNode node) {
        Schema property(String name, String type) {
            return property(name, JSON.objectNode().put("type", type));
        }

        Schema property(String name, ObjectNode schema) {
            node.withArray("required").add(name);
            node.withObjectProperty("properties").set(name, schema);
            return this;
        }

        /** One that may be missing or null. */
        Schema optional(String name, String type) {
            ObjectNode schema = node.withObjectProperty("properties").putObject(name);
            schema.withArray("type").add(type).add("null");
            return this;
        }
    }
}
