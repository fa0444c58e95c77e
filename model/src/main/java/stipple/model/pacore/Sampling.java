package stipple.model.pacore;

import stipple.torch.UserException;

/**
 * How answers are sampled; the same in every round.
 *
 * @param temperature published: 1
 * @param topP published: 1
 * @param maxTokens most tokens of an answer; published: 131072
 */
public record Sampling(double temperature, double topP, int maxTokens) {
    /** The published values. */
    public static final Sampling DEFAULT = new Sampling(1, 1, 131_072);

    /** Checks ranges. */
    public Sampling {
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new UserException("The temperature must be from 0 to 2, got " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new UserException("top-p must be above 0 and at most 1, got " + topP);
        }
        if (maxTokens < 1) {
            throw new UserException("The most tokens of an answer must be at least 1, got " + maxTokens);
        }
    }
}
