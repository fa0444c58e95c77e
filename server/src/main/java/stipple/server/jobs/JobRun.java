package stipple.server.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import stipple.model.files.JsonObjectFile;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.InputReference;
import stipple.model.generate.Provenance;
import stipple.model.generate.RequestBuilder;
import stipple.model.generate.RequestJson;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.server.draw.Drawer;
import stipple.server.draw.ServedModel;
import stipple.server.metrics.ServerMetrics;
import stipple.server.picture.PictureEncoder;
import stipple.server.picture.UploadedPicture;
import stipple.server.store.Job;
import stipple.server.store.JobState;
import stipple.server.store.JobStore;
import stipple.server.store.StoredPicture;
import stipple.torch.TorchException;
import stipple.torch.UserException;

/**
 * One job being drawn by this process: submits what is missing, keeps and announces what comes. Pictures that an earlier
 * attempt finished are not drawn again.
 */
final class JobRun {
    /** How far a job must be before its speed tells anything. */
    private static final double ETA_FROM = 0.05;

    private final Job job;
    private final JobStore store;
    private final ServedModel model;
    private final Drawer drawer;
    private final JobHub hub;
    private final ServerMetrics metrics;
    private final SpeedMeter speed;
    private final long begun = System.nanoTime();
    private volatile Progress progress;
    private volatile Preview preview;
    private volatile Drawer.Handle handle;
    private volatile boolean stopped;
    private int keptTokens;
    private long lastRow;

    JobRun(
            Job job,
            JobStore store,
            ServedModel model,
            Drawer drawer,
            JobHub hub,
            ServerMetrics metrics,
            SpeedMeter speed) {
        this.job = job;
        this.store = store;
        this.model = model;
        this.drawer = drawer;
        this.hub = hub;
        this.metrics = metrics;
        this.speed = speed;
        this.progress = new Progress(0, 0, 0, 0, job.spec().totalTokens(), OptionalDouble.empty());
    }

    /** How a run ended. */
    record Outcome(JobState state, Job.Failure failure, Throwable cause) {}

    Job job() {
        return job;
    }

    Progress progress() {
        return progress;
    }

    Optional<Preview> preview() {
        return Optional.ofNullable(preview);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Asks for an end within one token. */
    void stop() {
        stopped = true;
        Drawer.Handle current = handle;
        if (current != null) {
            current.cancel();
        }
    }

    /** Draws what is missing; returns when the job is over, one way or another. */
    Outcome draw() {
        try {
            GenerationRequest whole = request();
            BitSet done = new BitSet();
            for (StoredPicture picture : store.pictures(job.id())) {
                done.set(picture.position());
            }
            keptTokens = done.cardinality() * job.spec().pictureTokens();
            lastRow = System.nanoTime();
            for (int from = done.nextClearBit(0); from < whole.count(); from = done.nextClearBit(from)) {
                int next = done.nextSetBit(from);
                int to = next < 0 ? whole.count() : Math.min(next, whole.count());
                Outcome outcome = draw(whole, from, to - from);
                if (outcome.state() != JobState.COMPLETED) {
                    return outcome;
                }
                keptTokens += (to - from) * job.spec().pictureTokens();
                from = to;
            }
            return new Outcome(JobState.COMPLETED, null, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome(JobState.CANCELLED, null, null);
        } catch (RuntimeException failure) {
            return failed(failure);
        }
    }

    private GenerationRequest request() {
        RequestBuilder builder = builder();
        job.spec().input().ifPresent(sent -> builder.input(sent(sent, job.inputFile(), "edit")));
        job.spec().start().ifPresent(sent -> builder.continueFrom(sent(sent, job.startFile(), "continue")));
        return builder.build();
    }

    private PixelImage sent(InputReference reference, String name, String purpose) {
        byte[] file = store.files()
                .read(name)
                .orElseThrow(() -> new UserException("The picture to " + purpose + " is not there any more"));
        return UploadedPicture.decode(reference.path(), file);
    }

    private RequestBuilder builder() {
        RequestBuilder builder = GenerationRequest.with(model.config().generation());
        byte[] json = job.spec().request().toString().getBytes(StandardCharsets.UTF_8);
        RequestJson.apply(JsonObjectFile.parse("The job", json), builder);
        return builder;
    }

    /** Draws some successive pictures of the job as a request of their own: picture i has the seed {@code seed + i}. */
    private Outcome draw(GenerationRequest whole, int first, int count) throws InterruptedException {
        GenerationRequest request = builder()
                .input(whole.input())
                .continueFrom(whole.start() == null ? null : whole.start().image())
                .seed(whole.seed() + first)
                .count(count)
                .build();
        Hearing hearing = new Hearing(whole, first);
        handle = drawer.submit(request, hearing);
        if (stopped) {
            handle.cancel();
        }
        return hearing.outcome();
    }

    private void heard(GenerationEvent event, GenerationRequest whole, int first) {
        switch (event) {
            case GenerationEvent.RowDrawn row -> advanced(row, first);
            case GenerationEvent.PartialPicture partial -> {
                preview = new Preview(first + partial.picture(), partial.row(), partial.image());
                hub.publish(
                        job.id(),
                        new JobEvent.Previewed(preview, whole.previews().replaceable()));
            }
            case GenerationEvent.PictureFinished picture -> keep(picture, whole, first);
            case GenerationEvent.PromptReady ready -> {}
        }
    }

    private void advanced(GenerationEvent.RowDrawn row, int first) {
        long now = System.nanoTime();
        int before = progress.tokens();
        int tokens = keptTokens + row.tokens();
        if (before <= keptTokens) {
            metrics.firstRow(elapsed());
        }
        int fresh = Math.max(0, tokens - Math.max(before, keptTokens));
        metrics.tokens(fresh);
        speed.record(fresh, lastRow, now);
        lastRow = now;
        int total = job.spec().totalTokens();
        int drawn = tokens - keptTokens;
        OptionalDouble eta = drawn < ETA_FROM * total
                ? OptionalDouble.empty()
                : OptionalDouble.of((now - begun) / 1e9 / drawn * (total - tokens));
        progress = new Progress(first + row.picture(), row.row(), row.rows(), tokens, total, eta);
        hub.publish(job.id(), new JobEvent.Advanced(progress));
    }

    private void keep(GenerationEvent.PictureFinished done, GenerationRequest whole, int first) {
        int position = first + done.picture();
        Provenance provenance = new Provenance(
                ServedModel.VERSION,
                model.identity(),
                model.machine(),
                whole,
                job.spec().input().orElse(null),
                job.spec().start().orElse(null));
        PngMetadata metadata = job.spec().metadata() ? provenance.metadata(position) : PngMetadata.NONE;
        byte[] file = PictureEncoder.encode(
                done.image(), job.spec().format(), job.spec().compression(), metadata);
        StoredPicture picture = new StoredPicture(
                job.id(),
                position,
                done.seed(),
                job.spec().format(),
                done.image().size().toString(),
                file.length,
                System.currentTimeMillis(),
                provenance.json(position).toString());
        store.add(picture, file);
        metrics.picture(job.edit() ? "edit" : "generation");
        hub.publish(job.id(), new JobEvent.Finished(picture, Optional.of(new JobEvent.KeptFile(file))));
    }

    private static Outcome failed(Throwable failure) {
        Job.Failure why = switch (failure) {
            case UserException mistake -> new Job.Failure("invalid_request", firstLine(mistake));
            case TorchException memory
            when memory.kind() == TorchException.Kind.OUT_OF_MEMORY ->
                new Job.Failure("out_of_memory", "Out of memory; try a smaller size or a smaller n");
            case OutOfMemoryError memory ->
                new Job.Failure("out_of_memory", "Out of Java memory; try a smaller size or a smaller n");
            default -> new Job.Failure("internal_error", "The server failed to draw this; its log says why");
        };
        return new Outcome(JobState.FAILED, why, failure);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("failed");
    }

    /** Hears of some successive pictures. */
    private final class Hearing implements Drawer.Listener {
        private final GenerationRequest whole;
        private final int first;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private RuntimeException broken;

        Hearing(GenerationRequest whole, int first) {
            this.whole = whole;
            this.first = first;
        }

        /** Waits for the end. */
        Outcome outcome() throws InterruptedException {
            try {
                return outcome.get();
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("Outcomes are always told as such", impossible);
            }
        }

        @Override
        public void event(GenerationEvent event) {
            if (broken == null) {
                try {
                    heard(event, whole, first);
                } catch (RuntimeException failure) {
                    // What cannot be kept need not be drawn; the end still has to be waited for.
                    broken = failure;
                    stop();
                }
            }
        }

        @Override
        public void finished() {
            end(new Outcome(JobState.COMPLETED, null, null));
        }

        @Override
        public void cancelled() {
            end(new Outcome(JobState.CANCELLED, null, null));
        }

        @Override
        public void failed(Throwable failure) {
            end(JobRun.failed(failure));
        }

        private void end(Outcome result) {
            outcome.complete(broken == null ? result : JobRun.failed(broken));
        }
    }
}
