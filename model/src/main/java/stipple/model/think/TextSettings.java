package stipple.model.think;

import stipple.torch.UserException;

/**
 * How text is sampled.
 *
 * @param temperature 0 takes the likeliest token each time
 * @param topP share of the probability that tokens are drawn from, the likeliest first
 * @param maxTokens most tokens, the end not counted
 */
public record TextSettings(double temperature, double topP, int maxTokens) {
    /** Draws from the model's own distribution. */
    public static final TextSettings DEFAULT = new TextSettings(1, 1, 256);

    /** Checks ranges. */
    public TextSettings {
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new UserException("The temperature of thinking must be from 0 to 2, got " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new UserException("top-p of thinking must be above 0 and at most 1, got " + topP);
        }
        if (maxTokens < 1 || maxTokens > 100_000) {
            throw new UserException("Tokens of thinking must be from 1 to 100000, got " + maxTokens);
        }
    }
}
