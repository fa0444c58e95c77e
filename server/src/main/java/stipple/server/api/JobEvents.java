package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import stipple.server.http.Call;
import stipple.server.http.ClientGoneException;
import stipple.server.http.EventStream;
import stipple.server.jobs.JobEvent;
import stipple.server.jobs.JobService;
import stipple.server.jobs.Subscription;
import stipple.server.picture.PictureFormat;
import stipple.server.store.Job;
import stipple.server.store.JobState;
import stipple.server.store.StoredPicture;

/**
 * The events of a job as a stream: {@code job} with all about it at the beginning and whenever its state changes,
 * {@code progress}, {@code preview}, {@code picture}, and at the end a last {@code job}. What is drawn by another replica is
 * read from the shared database, so there are no previews of it.
 */
final class JobEvents {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PING = Duration.ofSeconds(15);

    private final JobService jobs;
    private final JobJson json;

    JobEvents(JobService jobs, JobJson json) {
        this.jobs = jobs;
        this.json = json;
    }

    void stream(Call call, Job known) throws InterruptedException {
        // First listen, then look, so that nothing falls between.
        try (Subscription events = jobs.subscribe(known.id());
                EventStream out = call.events()) {
            new Reading(call, events, out).until(known.id());
        }
    }

    private final class Reading {
        private final Call call;
        private final Subscription events;
        private final EventStream out;
        private final Set<Integer> told = new HashSet<>();
        private JobState state;
        private int position = -1;
        private int tokens = -1;
        private long quiet = System.nanoTime();

        Reading(Call call, Subscription events, EventStream out) {
            this.call = call;
            this.events = events;
            this.out = out;
        }

        void until(String id) throws InterruptedException {
            if (look(id)) {
                return;
            }
            while (true) {
                Optional<JobEvent> event = events.next(LOOK);
                if (event.isEmpty() && out.gone()) {
                    throw new ClientGoneException(null);
                }
                boolean over = event.isPresent() ? tell(id, event.get()) : (waiting() && look(id));
                if (over) {
                    return;
                }
                if (System.nanoTime() - quiet > PING.toNanos()) {
                    out.ping();
                    quiet = System.nanoTime();
                }
            }
        }

        /** Whether something may have happened that nobody tells. */
        private boolean waiting() {
            return state == JobState.QUEUED || !jobs.hearsAll();
        }

        private boolean tell(String id, JobEvent event) {
            switch (event) {
                case JobEvent.Advanced advanced -> {
                    tokens = advanced.progress().tokens();
                    send("progress", json.progress(advanced.progress()));
                }
                case JobEvent.Previewed previewed -> {
                    ObjectNode data = JsonNodeFactory.instance.objectNode();
                    data.put("picture", previewed.preview().picture());
                    data.put("row", previewed.preview().row());
                    data.put(
                            "b64_json", Base64Picture.encode(previewed.preview().file(PictureFormat.PNG)));
                    send("preview", data);
                }
                case JobEvent.Finished finished -> picture(finished.picture());
                case JobEvent.Moved moved -> {
                    return look(id);
                }
                case JobEvent.Over over -> {
                    return look(id);
                }
            }
            return false;
        }

        /** Tells what the database has of news; whether the job is over. */
        private boolean look(String id) {
            Optional<Job> found = jobs.store().find(id);
            if (found.isEmpty()) {
                send("removed", JsonNodeFactory.instance.objectNode().put("id", id));
                return true;
            }
            Job job = found.get();
            int place = job.state() == JobState.QUEUED ? jobs.store().ahead(job) : -1;
            jobs.store().pictures(id).forEach(this::picture);
            if (job.state() != state || place != position) {
                state = job.state();
                position = place;
                send("job", json.job(call, job));
            } else if (job.tokensDrawn() > tokens) {
                tokens = job.tokensDrawn();
                send("progress", json.progress(jobs.progress(job)));
            }
            return job.state().over();
        }

        private void picture(StoredPicture picture) {
            if (told.add(picture.position())) {
                send("picture", json.picture(call, picture));
            }
        }

        private void send(String event, ObjectNode data) {
            out.send(event, data);
            quiet = System.nanoTime();
        }
    }
}
