package stipple.model.think;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws one token from logits. */
final class TokenChoice {
    private final TextSettings settings;
    private final boolean[] allowed;

    /**
     * Over a vocabulary.
     *
     * @param allowed which ids may be drawn
     */
    TokenChoice(TextSettings settings, boolean[] allowed) {
        this.settings = settings;
        this.allowed = allowed;
    }

    /**
     * Draws.
     *
     * @param logits of all rows, one after the other
     * @param from where the row begins
     */
    int draw(float[] logits, int from, SplittableRandom random) {
        int best = -1;
        for (int id = 0; id < allowed.length; id++) {
            if (allowed[id] && (best < 0 || logits[from + id] > logits[from + best])) {
                best = id;
            }
        }
        if (settings.temperature() == 0) {
            return best;
        }
        double[] weights = new double[allowed.length];
        double sum = 0;
        for (int id = 0; id < weights.length; id++) {
            weights[id] =
                    allowed[id] ? Math.exp((logits[from + id] - logits[from + best]) / settings.temperature()) : 0;
            sum += weights[id];
        }
        if (settings.topP() < 1) {
            sum = keepLikeliest(weights, sum * settings.topP());
        }
        double at = random.nextDouble() * sum;
        int last = best;
        for (int id = 0; id < weights.length; id++) {
            if (weights[id] > 0) {
                last = id;
                at -= weights[id];
                if (at < 0) {
                    return id;
                }
            }
        }
        return last;
    }

    /** Clears all but the likeliest tokens that together reach a sum, and returns their sum. */
    private static double keepLikeliest(double[] weights, double reach) {
        int[] order = IntStream.range(0, weights.length)
                .boxed()
                .sorted((a, b) -> Double.compare(weights[b], weights[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = 0;
        int kept = 0;
        while (kept < order.length && (sum < reach || kept == 0)) {
            sum += weights[order[kept]];
            kept++;
        }
        Arrays.stream(order, kept, order.length).forEach(id -> weights[id] = 0);
        return sum;
    }
}
