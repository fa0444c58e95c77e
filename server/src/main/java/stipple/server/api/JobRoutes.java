package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import stipple.server.api.ApiField.Place;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.http.Routes;
import stipple.server.jobs.JobService;
import stipple.server.jobs.Preview;
import stipple.server.picture.PictureFormat;
import stipple.server.store.Job;
import stipple.server.store.JobState;
import stipple.server.store.StoredPicture;

/** {@code /v1/jobs}: drawing that nobody waits for, its progress, its end, and the history of all that was drawn. */
final class JobRoutes {
    private static final int PAGE = 50;
    private static final int LONGEST_PAGE = 200;
    private static final double MILLIS = 1000;

    private final JobService jobs;
    private final RequestReader reader;
    private final JobJson json;

    JobRoutes(JobService jobs, RequestReader reader, JobJson json) {
        this.jobs = jobs;
        this.reader = reader;
        this.json = json;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/v1/jobs", this::submit);
        routes.add("GET", "/v1/jobs", this::list);
        routes.add("GET", "/v1/jobs/{id}", call -> call.json(200, json.job(call, find(call))));
        routes.add("GET", "/v1/jobs/{id}/events", call -> new JobEvents(jobs, json).stream(call, find(call)));
        routes.add("POST", "/v1/jobs/{id}/cancel", this::cancel);
        routes.add("DELETE", "/v1/jobs/{id}", this::remove);
        routes.add("DELETE", "/v1/jobs/{id}/pictures/{index}", this::removePicture);
        // An id is a secret that pages can use in <img>, where they cannot send a key.
        routes.open("GET", "/v1/jobs/{id}/preview", this::preview);
        routes.open("GET", "/v1/jobs/{id}/input", call -> sent(call, true));
        routes.open("GET", "/v1/jobs/{id}/start", call -> sent(call, false));
        routes.open("GET", "/v1/jobs/{id}/pictures/{file}", this::picture);
    }

    private void submit(Call call) {
        DrawOrder order = reader.read(call, Place.JOB);
        call.forgetBody();
        JobService.Accepted accepted =
                Refusals.explained(() -> jobs.submit(order.spec(), order.sent(), Job.Origin.JOB));
        accepted.events().close();
        // It may have been drawn, or even removed, by now.
        Job job = jobs.store().find(accepted.job().id()).orElse(accepted.job());
        ObjectNode answer = json.job(call, job);
        order.warnings().forEach(warning -> answer.withArray("warnings").add(warning));
        call.header("Location", "/v1/jobs/" + job.id());
        call.json(202, answer);
    }

    private void list(Call call) {
        Queries.only(call, Set.of("limit", "before", "state"));
        int limit = (int) Queries.number(call, "limit", PAGE, 1, LONGEST_PAGE);
        double before = Queries.number(call, "before", Long.MAX_VALUE / MILLIS, 0, Long.MAX_VALUE / MILLIS);
        JobState state = call.query("state").map(JobRoutes::state).orElse(null);
        List<Job> found = jobs.store().list(state, Math.round(before * MILLIS), limit);
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
        answer.withArray("data");
        found.forEach(job -> answer.withArray("data").add(json.job(call, job)));
        answer.put("has_more", found.size() == limit);
        call.json(200, answer);
    }

    private static JobState state(String id) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.id().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiException.invalid(
                        "state", "invalid_value", "'state' must be one of " + String.join(", ", states())));
    }

    static List<String> states() {
        return Arrays.stream(JobState.values()).map(JobState::id).toList();
    }

    private void cancel(Call call) {
        Job job = find(call);
        if (job.state().over()) {
            throw ApiException.mistake(
                    409, "job_over", "The job is " + job.state().id() + " and cannot be cancelled");
        }
        jobs.cancel(job.id(), "client");
        call.json(200, json.job(call, find(call)));
    }

    private void remove(Call call) {
        Job job = find(call);
        if (!job.state().over()) {
            throw ApiException.mistake(
                    409, "job_not_over", "The job is " + job.state().id() + "; cancel it first");
        }
        jobs.store().remove(job, System.currentTimeMillis());
        call.empty(204);
    }

    private void removePicture(Call call) {
        Job job = find(call);
        if (!job.state().over()) {
            throw ApiException.mistake(
                    409, "job_not_over", "The job is " + job.state().id() + "; cancel it first");
        }
        jobs.store().removePicture(picture(job, call.path("index")));
        call.empty(204);
    }

    private void preview(Call call) {
        Job job = find(call);
        Preview preview = jobs.preview(job.id())
                .orElseThrow(() -> ApiException.notFound("id", "no_preview", "There is no preview of this job now"));
        call.header("Cache-Control", "no-store");
        call.bytes(200, PictureFormat.PNG.mediaType(), preview.file(PictureFormat.PNG));
    }

    private void sent(Call call, boolean input) {
        Job job = find(call);
        boolean has = input ? job.edit() : job.spec().start().isPresent();
        if (!has) {
            throw input
                    ? ApiException.notFound("id", "no_input", "This job edits no picture")
                    : ApiException.notFound("id", "no_start", "This job continues no picture");
        }
        byte[] content = jobs.store()
                .files()
                .read(input ? job.inputFile() : job.startFile())
                .orElseThrow(() -> ApiException.mistake(410, "picture_gone", "The picture's file was removed"));
        call.header("Content-Disposition", "inline");
        call.header("Content-Security-Policy", "default-src 'none'; sandbox");
        call.bytes(200, mediaType(content), content);
    }

    private static String mediaType(byte[] content) {
        return switch (content[0]) {
            case (byte) 0x89 -> PictureFormat.PNG.mediaType();
            case (byte) 0xFF -> PictureFormat.JPEG.mediaType();
            default -> PictureFormat.WEBP.mediaType();
        };
    }

    private void picture(Call call) {
        Job job = find(call);
        StoredPicture picture = picture(job, call.path("file").replaceFirst("\\.(png|jpeg|webp)$", ""));
        byte[] content = jobs.store()
                .files()
                .read(picture.file())
                .orElseThrow(() -> ApiException.mistake(410, "picture_gone", "The picture's file was removed"));
        // The same address never shows anything else.
        call.header("Cache-Control", "private, max-age=31536000, immutable");
        call.bytes(200, picture.format().mediaType(), content);
    }

    private StoredPicture picture(Job job, String index) {
        return jobs.store().pictures(job.id()).stream()
                .filter(picture -> Integer.toString(picture.position()).equals(index))
                .findFirst()
                .orElseThrow(
                        () -> ApiException.notFound("index", "picture_not_found", "The job has no picture " + index));
    }

    private Job find(Call call) {
        String id = call.path("id");
        return jobs.store().find(id).orElseThrow(() -> {
            if (jobs.store().wasRemoved(id)) {
                return ApiException.mistake(410, "job_expired", "The job " + id + " was removed or has expired");
            }
            return ApiException.notFound("id", "job_not_found", "There is no job " + id);
        });
    }
}
