package stipple.train.run;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Where the time of steps went, in seconds since the last {@link #clear}. Used by the thread that trains. */
public final class StepPhases {
    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
    private long mark;

    /** What a step does, in order. */
    public enum Phase {
        /** Making the batch and computing the loss. */
        FORWARD,
        /** Computing gradients. */
        BACKWARD,
        /** Norms, clipping, the update, and exchange with other processes. */
        OPTIMIZER,
        /** The running average of the weights. */
        AVERAGE;

        /** As reports call it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void start() {
        mark = System.nanoTime();
    }

    /** Books the time since the last mark. */
    void end(Phase phase) {
        long now = System.nanoTime();
        nanos.merge(phase, now - mark, Long::sum);
        mark = now;
    }

    /** Forgets all. */
    public void clear() {
        nanos.clear();
    }

    /** Seconds spent in a phase. */
    public double seconds(Phase phase) {
        return nanos.getOrDefault(phase, 0L) / 1e9;
    }
}
