package stipple.eval.bench;

import java.util.List;
import java.util.Set;
import stipple.model.image.ImageSize;
import stipple.torch.UserException;

/**
 * What to measure and how long.
 *
 * @param parts which
 * @param batches numbers of rows
 * @param promptTokens tokens of a prompt
 * @param flowSteps evaluations of the head per token, 0 for the model's own
 * @param size of whole pictures, or null for the model's own
 * @param seconds to spend on each figure
 */
public record BenchPlan(
        Set<Part> parts, List<Integer> batches, int promptTokens, int flowSteps, ImageSize size, double seconds) {
    /** Numbers of rows that are measured unless others are named; two rows are one picture with guidance. */
    public static final List<Integer> BATCHES = List.of(1, 2, 4, 8);

    private static final int MOST_ROWS = 256;
    private static final int MOST_TOKENS = 4096;

    /** Checks ranges. */
    public BenchPlan {
        parts = Set.copyOf(parts);
        batches = List.copyOf(batches);
        for (int batch : batches) {
            if (batch < 1 || batch > MOST_ROWS) {
                throw new UserException("A batch must be from 1 to " + MOST_ROWS + " rows, got " + batch);
            }
        }
        if (promptTokens < 1 || promptTokens > MOST_TOKENS) {
            throw new UserException("A prompt must be from 1 to " + MOST_TOKENS + " tokens, got " + promptTokens);
        }
        if (flowSteps < 0 || flowSteps > 1000) {
            throw new UserException("The flow steps must be from 1 to 1000, got " + flowSteps);
        }
        if (!(seconds > 0 && seconds <= 600)) {
            throw new UserException("The seconds for each figure must be above 0 and at most 600, got " + seconds);
        }
    }

    int most() {
        return batches.stream().mapToInt(b -> b).max().orElse(1);
    }
}
