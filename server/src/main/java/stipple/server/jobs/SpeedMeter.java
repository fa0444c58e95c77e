package stipple.server.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** Image tokens per second over the last half minute in which something was drawn. */
final class SpeedMeter {
    private static final double WINDOW_SECONDS = 30;
    private static final double NANOS = 1e9;

    private record Sample(double from, double to, int tokens) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private double busyUntil;

    /** Tokens that took a stretch of time up to now; stretches may overlap when pictures are drawn side by side. */
    synchronized void record(int tokens, long fromNanos, long toNanos) {
        double to = toNanos / NANOS;
        samples.add(new Sample(fromNanos / NANOS, to, tokens));
        busyUntil = to;
        while (samples.peekFirst().to() < to - WINDOW_SECONDS) {
            samples.removeFirst();
        }
    }

    /** The speed while drawing, if anything was drawn yet. */
    synchronized OptionalDouble tokensPerSecond() {
        double tokens = 0;
        double busy = 0;
        double covered = Double.NEGATIVE_INFINITY;
        for (Sample sample : samples) {
            tokens += sample.tokens();
            busy += Math.max(0, sample.to() - Math.max(sample.from(), covered));
            covered = Math.max(covered, sample.to());
        }
        return busy > 0 ? OptionalDouble.of(tokens / busy) : OptionalDouble.empty();
    }

    /** The speed right now: zero when nothing was drawn for a while. */
    synchronized double current(long nowNanos) {
        return nowNanos / NANOS - busyUntil > WINDOW_SECONDS
                ? 0
                : tokensPerSecond().orElse(0);
    }
}
