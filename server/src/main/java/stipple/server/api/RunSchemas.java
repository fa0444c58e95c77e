package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import stipple.server.runs.RunState;

/** The schemas of training runs and evaluations, for the OpenAPI document. */
final class RunSchemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RunSchemas() {}

    static void addTo(ObjectNode schemas) {
        ObjectNode sample = object("step", "integer", "url", "string");
        ObjectNode run = object(
                "id",
                "string",
                "object",
                "string",
                "name",
                "string",
                "state",
                "string",
                "why",
                "string",
                "objective",
                "string",
                "step",
                "integer",
                "steps",
                "integer?",
                "started_at",
                "number?",
                "updated_at",
                "number?",
                "eta_seconds",
                "number?",
                "figures",
                "object",
                "loss",
                "array?");
        List.of(RunState.values())
                .forEach(state ->
                        run.withObject("/properties/state").withArray("enum").add(state.id()));
        array(run, "samples", sample);
        array(run, "problems", type("string"));
        optional(run, "recipe");
        optional(run, "log");
        schemas.set("Run", run);
        schemas.set("RunList", list("Run"));
        ObjectNode curve = object(
                "name",
                "string",
                "count",
                "integer",
                "last",
                "number?",
                "not_finite",
                "integer",
                "steps",
                "array",
                "values",
                "array",
                "low",
                "array?",
                "high",
                "array?");
        ObjectNode curves = object("object", "string", "step", "integer");
        array(curves, "data", curve);
        schemas.set("RunMetrics", curves);
        ObjectNode evaluation = object(
                "id",
                "string",
                "object",
                "string",
                "name",
                "string",
                "suite",
                "string",
                "model",
                "string",
                "created_at",
                "number",
                "pictures",
                "integer",
                "figures",
                "array",
                "page_url",
                "string?",
                "problem",
                "string?");
        for (String part : List.of("settings", "judge", "items")) {
            evaluation.withObjectProperty("properties").putObject(part);
        }
        schemas.set("Evaluation", evaluation);
        schemas.set("EvaluationList", list("Evaluation"));
    }

    /** An object whose properties are all there; those with a question mark may be null. */
    private static ObjectNode object(String... namesAndTypes) {
        ObjectNode json = JSON.objectNode().put("type", "object");
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            json.withArray("required").add(namesAndTypes[i]);
            json.withObjectProperty("properties").set(namesAndTypes[i], type(namesAndTypes[i + 1]));
        }
        return json;
    }

    private static ObjectNode type(String name) {
        ObjectNode json = JSON.objectNode();
        if (name.endsWith("?")) {
            json.withArray("type").add(name.substring(0, name.length() - 1)).add("null");
        } else {
            json.put("type", name);
        }
        return json;
    }

    private static void array(ObjectNode of, String name, ObjectNode items) {
        ObjectNode json = type("array");
        json.set("items", items);
        of.withArray("required").add(name);
        of.withObjectProperty("properties").set(name, json);
    }

    private static void optional(ObjectNode of, String name) {
        of.withObjectProperty("properties").set(name, type("string"));
    }

    private static ObjectNode list(String of) {
        ObjectNode json = object("object", "string");
        array(json, "data", JSON.objectNode().put("$ref", "#/components/schemas/" + of));
        array(json, "folders", type("string"));
        array(json, "problems", type("string"));
        return json;
    }
}
