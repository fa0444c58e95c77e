package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import stipple.model.generate.InputReference;
import stipple.server.http.Call;
import stipple.server.jobs.JobService;
import stipple.server.jobs.Progress;
import stipple.server.store.Job;
import stipple.server.store.JobState;
import stipple.server.store.StoredPicture;

/** Jobs as the API shows them. */
final class JobJson {
    private final JobService jobs;
    private final Addresses addresses;

    JobJson(JobService jobs, Addresses addresses) {
        this.jobs = jobs;
        this.addresses = addresses;
    }

    /** Everything about a job. */
    ObjectNode job(Call call, Job job) {
        List<StoredPicture> pictures = jobs.store().pictures(job.id());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", job.id()).put("object", "job");
        json.put("kind", job.edit() ? "edit" : "generation");
        json.put("state", job.state().id());
        json.put("model", job.model());
        json.put("created_at", seconds(job.created()));
        seconds(json, "started_at", job.state() == JobState.QUEUED ? OptionalLong.empty() : job.started());
        seconds(json, "finished_at", job.finished());
        if (job.state() == JobState.QUEUED) {
            json.put("position", jobs.store().ahead(job) + 1);
        }
        json.set("progress", progress(jobs.progress(job)));
        json.set("parameters", AnswerJson.parameters(job.spec()));
        job.spec().input().ifPresent(input -> json.set("input", sent(input, addresses.of(call, job, "/input"))));
        job.spec().start().ifPresent(start -> json.set("start", sent(start, addresses.of(call, job, "/start"))));
        if (!job.spec().user().isEmpty()) {
            json.put("user", job.spec().user());
        }
        json.put("request_id", job.spec().requestId());
        json.withArray("pictures");
        pictures.forEach(picture -> json.withArray("pictures").add(picture(call, picture)));
        json.set("usage", AnswerJson.usage(job.spec(), pictures.size()));
        job.failure()
                .ifPresent(failure ->
                        json.putObject("error").put("code", failure.code()).put("message", failure.message()));
        json.put("url", addresses.of(call, job, ""));
        json.put("events_url", addresses.of(call, job, "/events"));
        if (!job.state().over() && jobs.preview(job.id()).isPresent()) {
            json.put("preview_url", addresses.of(call, job, "/preview"));
        }
        return json;
    }

    private static ObjectNode sent(InputReference picture, String url) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", picture.path())
                .put("sha256", picture.sha256())
                .put("url", url);
    }

    ObjectNode picture(Call call, StoredPicture picture) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("index", picture.position())
                .put("seed", picture.seed())
                .put("size", picture.size())
                .put("format", picture.format().id())
                .put("bytes", picture.bytes())
                .put("created_at", seconds(picture.created()))
                .put("url", addresses.of(call, picture));
    }

    ObjectNode progress(Progress progress) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("fraction", progress.fraction());
        json.put("tokens", progress.tokens()).put("total_tokens", progress.totalTokens());
        if (progress.rows() > 0) {
            json.put("picture", progress.picture()).put("row", progress.row()).put("rows", progress.rows());
        }
        OptionalDouble eta = progress.etaSeconds();
        if (eta.isPresent()) {
            json.put("eta_seconds", Math.round(eta.getAsDouble() * 10) / 10.0);
        } else {
            json.putNull("eta_seconds");
        }
        return json;
    }

    /** Seconds since 1970, exact to the millisecond. */
    private static BigDecimal seconds(long millis) {
        return BigDecimal.valueOf(millis, 3);
    }

    private static void seconds(ObjectNode json, String name, OptionalLong millis) {
        millis.ifPresentOrElse(value -> json.put(name, seconds(value)), () -> json.putNull(name));
    }
}
