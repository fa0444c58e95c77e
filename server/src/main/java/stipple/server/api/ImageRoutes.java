package stipple.server.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import stipple.server.api.AnswerJson.DrawnPicture;
import stipple.server.api.ApiField.Place;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.http.ClientGoneException;
import stipple.server.http.EventStream;
import stipple.server.http.Routes;
import stipple.server.jobs.JobEvent;
import stipple.server.jobs.JobService;
import stipple.server.jobs.Preview;
import stipple.server.jobs.Subscription;
import stipple.server.store.Job;
import stipple.server.store.StoredPicture;

/**
 * {@code /v1/images/generations} and {@code /v1/images/edits}: the caller waits for its pictures, or watches them being
 * drawn. When it goes away, drawing stops.
 */
final class ImageRoutes {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PING = Duration.ofSeconds(15);
    private static final Duration DRAIN_RETRY = Duration.ofSeconds(10);

    private final JobService jobs;
    private final RequestReader reader;
    private final AnswerJson answers;
    private final Duration limit;

    /**
     * Routes.
     *
     * @param limit how long a call may take
     */
    ImageRoutes(JobService jobs, RequestReader reader, AnswerJson answers, Duration limit) {
        this.jobs = jobs;
        this.reader = reader;
        this.answers = answers;
        this.limit = limit;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/v1/images/generations", call -> draw(call, Place.GENERATION));
        routes.add("POST", "/v1/images/edits", call -> draw(call, Place.EDIT));
    }

    private void draw(Call call, Place place) throws InterruptedException {
        DrawOrder order = reader.read(call, place);
        call.forgetBody();
        JobService.Accepted accepted =
                Refusals.explained(() -> jobs.submit(order.spec(), order.sent(), Job.Origin.CALL));
        Waiting waiting = new Waiting(call, order, accepted.job(), accepted.events());
        try (Subscription events = accepted.events()) {
            if (order.stream()) {
                waiting.stream();
            } else {
                waiting.collect();
            }
        } finally {
            if (!waiting.over) {
                jobs.cancel(accepted.job().id(), waiting.why);
            }
        }
    }

    /** One caller that waits. */
    private final class Waiting {
        private final Call call;
        private final DrawOrder order;
        private final Job job;
        private final Subscription events;
        private final long deadline = System.nanoTime() + limit.toNanos();
        private long looked = System.nanoTime();
        private boolean over;
        private String why = "disconnect";

        Waiting(Call call, DrawOrder order, Job job, Subscription events) {
            this.call = call;
            this.order = order;
            this.job = job;
            this.events = events;
        }

        void collect() throws InterruptedException {
            List<DrawnPicture> pictures = new ArrayList<>();
            while (!over) {
                next().flatMap(this::heard).ifPresent(pictures::add);
                look(call::gone);
            }
            call.json(200, answers.images(call, order, job, pictures));
        }

        void stream() throws InterruptedException {
            String kind = job.edit() ? "image_edit." : "image_generation.";
            Map<Integer, Integer> shown = new HashMap<>();
            try (EventStream out = call.events()) {
                // At once, so that the client knows that its request was accepted.
                out.ping();
                long quiet = System.nanoTime();
                try {
                    while (!over) {
                        Optional<JobEvent> event = next();
                        if (event.orElse(null) instanceof JobEvent.Previewed previewed) {
                            Preview preview = previewed.preview();
                            // Pictures may be drawn side by side.
                            int index = shown.merge(preview.picture(), 1, Integer::sum) - 1;
                            out.send(
                                    kind + "partial_image",
                                    answers.partial(kind + "partial_image", order, preview, index));
                        } else if (event.isPresent()) {
                            heard(event.get())
                                    .ifPresent(drawn -> out.send(
                                            kind + "completed",
                                            answers.completed(call, kind + "completed", order, job, drawn)));
                        }
                        look(out::gone);
                        if (System.nanoTime() - quiet > PING.toNanos()) {
                            out.ping();
                            quiet = System.nanoTime();
                        }
                    }
                } catch (ApiException failure) {
                    out.send("error", Routes.json(failure));
                    throw failure;
                }
            }
        }

        private Optional<JobEvent> next() throws InterruptedException {
            if (System.nanoTime() > deadline) {
                why = "timeout";
                throw ApiException.failure(
                        504,
                        "timeout",
                        "Not drawn within " + limit.toSeconds()
                                + " s; draw less, or use /v1/jobs, which may take long");
            }
            return events.next(LOOK);
        }

        /** Looks now and then whether anybody still waits, however quickly events come. */
        private void look(BooleanSupplier gone) {
            long now = System.nanoTime();
            if (!over && now - looked >= LOOK.toNanos()) {
                looked = now;
                if (gone.getAsBoolean()) {
                    throw new ClientGoneException(null);
                }
            }
        }

        /** Takes note of an event; a picture if it is one. */
        private Optional<DrawnPicture> heard(JobEvent event) {
            return switch (event) {
                case JobEvent.Finished finished -> Optional.of(drawn(finished));
                case JobEvent.Over end -> {
                    over = true;
                    Refusals.orElse(end, jobs.draining(), DRAIN_RETRY);
                    yield Optional.empty();
                }
                case JobEvent.Moved moved -> Optional.empty();
                case JobEvent.Advanced advanced -> Optional.empty();
                case JobEvent.Previewed previewed -> Optional.empty();
            };
        }

        private DrawnPicture drawn(JobEvent.Finished finished) {
            StoredPicture picture = finished.picture();
            byte[] content = finished.file()
                    .map(JobEvent.KeptFile::content)
                    .or(() -> jobs.store().files().read(picture.file()))
                    .orElseThrow(() -> new IllegalStateException("The picture " + picture.file() + " is not there"));
            return new DrawnPicture(picture, content);
        }
    }
}
