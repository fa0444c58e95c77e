package stipple.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.http.Routes;
import stipple.server.runs.Evaluation;
import stipple.server.runs.EvaluationReader;
import stipple.server.runs.RunFolders;
import stipple.server.runs.RunReader;
import stipple.server.runs.TrainingRun;

/** {@code /v1/runs} and {@code /v1/evaluations}: what was trained and measured, for those who watch; read-only. */
final class RunRoutes {
    private static final int POINTS = 300;
    private static final int MOST_POINTS = 5000;

    /** A page or a picture that somebody else made: it runs no script and loads nothing. */
    private static final String SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private final RunFolders folders;
    private final RunReader runs;
    private final EvaluationReader evaluations;
    private final FileTickets tickets = new FileTickets();
    private final RunJson json = new RunJson(tickets);

    RunRoutes(RunFolders folders) {
        this.folders = folders;
        this.runs = new RunReader(folders, Clock.systemUTC());
        this.evaluations = new EvaluationReader(folders);
    }

    void addTo(Routes routes) {
        routes.add("GET", "/v1/runs", this::listRuns);
        routes.add("GET", "/v1/runs/{run}", this::showRun);
        routes.add("GET", "/v1/runs/{run}/metrics", this::metrics);
        routes.open("GET", "/v1/runs/{run}/samples/{file}", this::sample);
        routes.add("GET", "/v1/evaluations", this::listEvaluations);
        routes.add("GET", "/v1/evaluations/{evaluation}", this::showEvaluation);
        routes.open("GET", "/v1/evaluations/{evaluation}/picture", this::picture);
        routes.open("GET", "/v1/evaluations/{evaluation}/page", this::page);
    }

    private void listRuns(Call call) {
        Queries.only(call, Set.of());
        ObjectNode list = RunJson.list(folders);
        runs.all().forEach(run -> list.withArray("data").add(json.run(run)));
        answer(call, list);
    }

    private void showRun(Call call) {
        TrainingRun run = run(call);
        TrainingRun.Texts texts = runs.texts(run);
        answer(call, json.run(run).put("recipe", texts.recipe()).put("log", texts.log()));
    }

    private void metrics(Call call) {
        Queries.only(call, Set.of("points"));
        int points = (int) Queries.number(call, "points", POINTS, 2, MOST_POINTS);
        TrainingRun run = run(call);
        answer(call, RunJson.curves(run, runs.curves(run, points)));
    }

    private void sample(Call call) {
        String file = call.path("file");
        tickets.check(call, RunJson.sampleAddress(call.path("run"), file));
        byte[] content = runs.sample(run(call), file)
                .orElseThrow(() -> ApiException.notFound("file", "sample_not_found", "There is no sample " + file));
        call.header("Content-Security-Policy", SANDBOX);
        // A run that goes back to a checkpoint draws it again.
        unlessKnown(call, "image/png", content);
    }

    private void listEvaluations(Call call) {
        Queries.only(call, Set.of());
        ObjectNode list = RunJson.list(folders);
        ArrayNode data = list.withArray("data");
        evaluations.all().forEach(evaluation -> data.add(json.evaluation(evaluation)));
        answer(call, list);
    }

    private void showEvaluation(Call call) {
        Evaluation evaluation = evaluation(call);
        // One that cannot be read says why.
        answer(
                call,
                evaluations
                        .report(evaluation)
                        .map(report -> json.evaluation(evaluation, report))
                        .orElseGet(() -> json.evaluation(evaluation)));
    }

    private void picture(Call call) {
        String name = call.query("name").orElse("");
        tickets.check(call, RunJson.pictureAddress(call.path("evaluation"), name));
        byte[] content = evaluations
                .picture(evaluation(call), name)
                .orElseThrow(
                        () -> ApiException.notFound("name", "picture_not_found", "The report has no picture " + name));
        call.header("Content-Security-Policy", SANDBOX);
        unlessKnown(call, EvaluationReader.pictureType(name).orElseThrow(), content);
    }

    private void page(Call call) {
        tickets.check(call, RunJson.pageAddress(call.path("evaluation")));
        byte[] content = evaluations
                .page(evaluation(call))
                .orElseThrow(() -> ApiException.notFound(null, "no_page", "The report has no page of its own"));
        call.header("Content-Security-Policy", SANDBOX);
        call.header("Referrer-Policy", "no-referrer");
        unlessKnown(call, "text/html; charset=utf-8", content);
    }

    private TrainingRun run(Call call) {
        String id = call.path("run");
        return runs.find(id)
                .orElseThrow(() -> ApiException.notFound("run", "run_not_found", "There is no training run " + id));
    }

    private Evaluation evaluation(Call call) {
        String id = call.path("evaluation");
        return evaluations
                .find(id)
                .orElseThrow(() ->
                        ApiException.notFound("evaluation", "evaluation_not_found", "There is no evaluation " + id));
    }

    private static void answer(Call call, JsonNode answer) {
        unlessKnown(call, "application/json", answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Answers in full only what the client does not have yet: pages ask every few seconds. */
    private static void unlessKnown(Call call, String type, byte[] content) {
        String tag = '"' + Base64Picture.sha256(content).substring(0, 16) + '"';
        call.header("ETag", tag).header("Cache-Control", "private, no-cache");
        if (call.header("If-None-Match").filter(tag::equals).isPresent()) {
            call.empty(304);
        } else {
            call.bytes(200, type, content);
        }
    }
}
