package stipple.server.api;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stipple.server.api.ApiField.Place;
import stipple.server.api.OpenApiDocument.Operation;
import stipple.server.http.Routes.Route;

/** What each route does, for the OpenAPI document. */
final class Operations {
    private static final List<Integer> DRAWING = List.of(400, 401, 403, 404, 413, 415, 429, 503);
    private static final List<Integer> ASKING = List.of(401, 403);
    private static final List<Integer> NAMED = List.of(401, 403, 404);
    private static final List<Integer> ONE_JOB = List.of(401, 403, 404, 410);
    private static final List<Integer> CHANGING = List.of(401, 403, 404, 409, 410);
    private static final List<Integer> OPEN = List.of(403, 404, 410);

    private static final Map<String, Operation> ALL = Map.ofEntries(
            entry("POST /v1/images/generations", drawing("Draws pictures and waits for them", Place.GENERATION)),
            entry("POST /v1/images/edits", drawing("Edits a picture and waits for the result", Place.EDIT)),
            entry(
                    "POST /v1/jobs",
                    new Operation(
                            "Accepts a drawing, or an edit if there is an image",
                            Place.JOB,
                            List.of(),
                            202,
                            "Job",
                            DRAWING)),
            entry(
                    "GET /v1/jobs",
                    new Operation(
                            "Lists jobs and calls, newest first",
                            null,
                            List.of("limit", "before", "state"),
                            200,
                            "JobList",
                            List.of(400, 401, 403))),
            entry("GET /v1/jobs/{id}", asking("Tells all about a job", "Job", ONE_JOB)),
            entry("GET /v1/jobs/{id}/events", asking("Tells what happens to a job", "text/event-stream", ONE_JOB)),
            entry("GET /v1/jobs/{id}/preview", asking("Shows the rows that are drawn", "image/png", OPEN)),
            entry("GET /v1/jobs/{id}/input", asking("Shows the picture that is edited", "image/png", OPEN)),
            entry("GET /v1/jobs/{id}/start", asking("Shows the picture that is continued", "image/png", OPEN)),
            entry("GET /v1/jobs/{id}/pictures/{file}", asking("Shows a picture, such as 0.png", "image/png", OPEN)),
            entry("POST /v1/jobs/{id}/cancel", new Operation("Cancels a job", null, List.of(), 200, "Job", CHANGING)),
            entry(
                    "DELETE /v1/jobs/{id}",
                    new Operation("Removes a job and its pictures", null, List.of(), 204, "", CHANGING)),
            entry(
                    "DELETE /v1/jobs/{id}/pictures/{index}",
                    new Operation("Removes one picture of a job", null, List.of(), 204, "", CHANGING)),
            entry("GET /v1/models", asking("Lists the models", "ModelList", ASKING)),
            entry("GET /v1/models/{model}", asking("Tells about a model", "Model", NAMED)),
            entry("GET /v1/runs", asking("Lists training runs, those that changed last first", "RunList", ASKING)),
            entry("GET /v1/runs/{run}", asking("Tells all about a training run", "Run", NAMED)),
            entry(
                    "GET /v1/runs/{run}/metrics",
                    new Operation(
                            "Figures over the steps, each with so many points at most",
                            null,
                            List.of("points"),
                            200,
                            "RunMetrics",
                            List.of(400, 401, 403, 404))),
            entry("GET /v1/runs/{run}/samples/{file}", ticketed("Shows a sample grid", "image/png")),
            entry("GET /v1/evaluations", asking("Lists evaluation reports, newest first", "EvaluationList", ASKING)),
            entry("GET /v1/evaluations/{evaluation}", asking("Tells all of a report", "Evaluation", NAMED)),
            entry(
                    "GET /v1/evaluations/{evaluation}/picture",
                    ticketed("Shows a picture of a report", "image/png", "name")),
            entry("GET /v1/evaluations/{evaluation}/page", ticketed("Shows a report's own page", "text/html")),
            entry("GET /capabilities", asking("Tells what can be asked for", "Capabilities", ASKING)),
            entry("GET /health/live", asking("Whether the process can go on", "Status", List.of(403, 503))),
            entry("GET /health/ready", asking("Whether to send work here", "Status", List.of(403, 503))),
            entry("GET /metrics", asking("Measurements for Prometheus", "text/plain", List.of(403))),
            entry("GET /openapi.json", asking("This document", "application/json", List.of(403))));

    private Operations() {}

    /** The description of a route. */
    static Operation of(Route route) {
        Operation operation = ALL.get(route.method() + " " + route.pattern());
        if (operation == null) {
            throw new IllegalStateException("The route " + route + " is not described");
        }
        return operation;
    }

    /** What a status means here. */
    static String meaning(int status) {
        return switch (status) {
            case 400 -> "a field is unknown or cannot be used as given; `param` names it";
            case 401 -> "no valid API key";
            case 403 -> "the page or the name of the server is not allowed";
            case 404 -> "there is no such thing";
            case 409 -> "not in this state";
            case 410 -> "it was removed or has expired";
            case 413 -> "the body is too large";
            case 415 -> "the body is neither JSON nor a form";
            case 429 -> "the queue is full; Retry-After says when to try again";
            case 503 -> "not now; Retry-After says when to try again";
            default -> "failure";
        };
    }

    private static Map.Entry<String, Operation> entry(String route, Operation operation) {
        return Map.entry(route, operation);
    }

    private static Operation drawing(String summary, Place body) {
        return new Operation(summary, body, List.of(), 200, "Images", DRAWING);
    }

    /** Addresses that other answers contain. */
    private static Operation ticketed(String summary, String answer, String... others) {
        List<String> query =
                Stream.concat(Stream.of(others), Stream.of("ticket")).toList();
        return new Operation(summary, null, query, 200, answer, List.of(403, 404));
    }

    private static Operation asking(String summary, String answer, List<Integer> errors) {
        return new Operation(summary, null, List.of(), 200, answer, errors);
    }
}
