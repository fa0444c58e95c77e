package stipple.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;

/** A request on its way through the {@link DrawScheduler}, whose thread alone touches it but for cancelling. */
final class DrawJob {
    private static final float[] NO_IMAGE = {};

    private final RequestPlan plan;
    private final Sink sink;
    private final List<Prompt> prompts = new ArrayList<>();
    private volatile boolean cancelled;
    private float[] kept = NO_IMAGE;
    private List<DecodeBackend.Reading> readings;
    private boolean ended;
    private int begun;
    private int active;
    private int finished;
    private int tokens;

    /** Where events go. Must neither block nor throw. */
    interface Sink {
        /** Something happened. */
        void event(GenerationEvent event);

        /** The job is over; called once, and nothing follows. */
        void ended(DrawingOutcome outcome);
    }

    DrawJob(RequestPlan plan, Sink sink) {
        this.plan = plan;
        this.sink = sink;
    }

    RequestPlan plan() {
        return plan;
    }

    /** From any thread; takes effect within one token. */
    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean ended() {
        return ended;
    }

    int active() {
        return active;
    }

    /** Whether pictures are left to begin. */
    boolean waiting() {
        return !ended && begun < plan.request().count();
    }

    boolean started() {
        return begun > 0;
    }

    List<Prompt> prompts() {
        return prompts;
    }

    /** What has to be read before the first picture; encodes given pictures the first time. */
    List<DecodeBackend.Reading> readings(PictureCoder coder) {
        if (readings == null) {
            GenerationRequest request = plan.request();
            float[] input = request.input() == null ? NO_IMAGE : coder.encode(request.input(), request.size());
            if (request.start() != null) {
                float[] whole = coder.encode(request.start().image(), request.size());
                int width = whole.length / plan.grid().count();
                kept = Arrays.copyOf(whole, plan.kept() * width);
            }
            readings = plan.branches().stream()
                    .map(branch ->
                            new DecodeBackend.Reading(branch.row(), branch.readsInput() ? joined(input, kept) : kept))
                    .toList();
        }
        return readings;
    }

    /** Takes prompts that were read for it and are held for it. */
    void prompts(List<Prompt> read) {
        prompts.addAll(read);
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** The given tokens, one after the other. */
    float[] kept() {
        return kept;
    }

    int begin() {
        active++;
        return begun++;
    }

    /** A picture has all its tokens or is given up. */
    void drawn() {
        active--;
    }

    int countToken() {
        return ++tokens;
    }

    void event(GenerationEvent event) {
        if (!ended) {
            sink.event(event);
        }
    }

    /** Counts a picture that is complete; whether it was the last. */
    boolean pictureFinished() {
        finished++;
        return finished == plan.request().count();
    }

    void end(DrawingOutcome outcome) {
        if (!ended) {
            ended = true;
            prompts.forEach(Prompt::release);
            prompts.clear();
            sink.ended(outcome);
        }
    }
}
