package stipple.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import stipple.server.runs.Curve;
import stipple.server.runs.Evaluation;
import stipple.server.runs.RunFolders;
import stipple.server.runs.TrainingRun;

/** Training runs and evaluations as JSON. Numbers that are not finite are null, as JSON has none. */
final class RunJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** More digits than a chart can show. */
    private static final MathContext DIGITS = new MathContext(7);

    private static final double MILLIS = 1000;

    private final FileTickets tickets;

    RunJson(FileTickets tickets) {
        this.tickets = tickets;
    }

    /** A list in the API's form, with where was looked and what could not be. */
    static ObjectNode list(RunFolders folders) {
        ObjectNode json = JSON.objectNode().put("object", "list");
        json.putArray("data");
        ArrayNode where = json.putArray("folders");
        folders.roots().stream().map(Path::toString).forEach(where::add);
        ArrayNode problems = json.putArray("problems");
        folders.find().problems().forEach(problems::add);
        return json;
    }

    ObjectNode run(TrainingRun run) {
        ObjectNode json = JSON.objectNode().put("id", run.id()).put("object", "run");
        json.put("name", run.name()).put("state", run.state().id()).put("why", run.why());
        json.put("objective", run.objective()).put("step", run.step());
        run.steps().ifPresentOrElse(steps -> json.put("steps", steps), () -> json.putNull("steps"));
        json.put("started_at", run.started().map(RunJson::seconds).orElse(null));
        json.put("updated_at", run.updated().map(RunJson::seconds).orElse(null));
        run.secondsLeft()
                .ifPresentOrElse(
                        left -> json.put("eta_seconds", (double) Math.round(left)), () -> json.putNull("eta_seconds"));
        ObjectNode figures = json.putObject("figures");
        run.newest().forEach((name, value) -> number(figures, name, value));
        run.loss().ifPresentOrElse(loss -> json.set("loss", points(loss.values())), () -> json.putNull("loss"));
        ArrayNode samples = json.putArray("samples");
        run.samples()
                .forEach(sample -> samples.addObject()
                        .put("step", sample.step())
                        .put("url", tickets.address(sampleAddress(run.id(), sample.file()))));
        ArrayNode problems = json.putArray("problems");
        run.problems().forEach(problems::add);
        return json;
    }

    static String sampleAddress(String run, String file) {
        return "/v1/runs/" + FileTickets.escaped(run) + "/samples/" + file;
    }

    static ObjectNode curves(TrainingRun run, List<Curve> curves) {
        ObjectNode json = JSON.objectNode().put("object", "list").put("step", run.step());
        ArrayNode data = json.putArray("data");
        for (Curve curve : curves) {
            ObjectNode one = data.addObject().put("name", curve.name()).put("count", curve.count());
            number(one, "last", curve.last());
            one.put("not_finite", curve.notFinite());
            one.set("steps", points(curve.steps()));
            one.set("values", points(curve.values()));
            one.set("low", curve.shortened() ? points(curve.low()) : null);
            one.set("high", curve.shortened() ? points(curve.high()) : null);
        }
        return json;
    }

    ObjectNode evaluation(Evaluation evaluation) {
        ObjectNode json = JSON.objectNode().put("id", evaluation.id()).put("object", "evaluation");
        json.put("name", evaluation.name()).put("suite", evaluation.suite()).put("model", evaluation.model());
        json.put("created_at", seconds(evaluation.created())).put("pictures", evaluation.pictures());
        json.set("figures", evaluation.figures());
        json.put("page_url", evaluation.page() ? tickets.address(pageAddress(evaluation.id())) : null);
        json.put("problem", evaluation.problem().orElse(null));
        return json;
    }

    /** The same with everything in the report, and addresses of its pictures. */
    ObjectNode evaluation(Evaluation evaluation, ObjectNode report) {
        ObjectNode json = evaluation(evaluation);
        json.set("settings", report.path("settings"));
        json.set("judge", report.path("judge"));
        ArrayNode items = json.putArray("items");
        report.path("items").forEach(item -> {
            ObjectNode one = items.addObject();
            for (String name : List.of("group", "id", "prompt", "seed", "correct", "score", "verdict")) {
                one.set(name, item.path(name));
            }
            one.put(
                    "url",
                    tickets.address(
                            pictureAddress(evaluation.id(), item.path("picture").asText())));
        });
        return json;
    }

    static String pictureAddress(String evaluation, String name) {
        return "/v1/evaluations/" + FileTickets.escaped(evaluation) + "/picture?name=" + FileTickets.escaped(name);
    }

    static String pageAddress(String evaluation) {
        return "/v1/evaluations/" + FileTickets.escaped(evaluation) + "/page";
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / MILLIS;
    }

    private static ArrayNode points(double[] values) {
        ArrayNode json = JSON.arrayNode(values.length);
        for (double value : values) {
            if (Double.isFinite(value)) {
                json.add(rounded(value));
            } else {
                json.addNull();
            }
        }
        return json;
    }

    private static void number(ObjectNode json, String name, double value) {
        if (Double.isFinite(value)) {
            json.put(name, rounded(value));
        } else {
            json.putNull(name);
        }
    }

    private static double rounded(double value) {
        return BigDecimal.valueOf(value).round(DIGITS).doubleValue();
    }
}
