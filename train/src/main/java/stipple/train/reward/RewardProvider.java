package stipple.train.reward;

import java.util.Map;

/**
 * Offers a reward to recipes. Providers are found by {@link java.util.ServiceLoader}: a jar on the class path that names one
 * in {@code META-INF/services/stipple.train.reward.RewardProvider} is enough.
 */
public interface RewardProvider {
    /** The {@code kind} in recipes. */
    String kind();

    /**
     * Makes a reward.
     *
     * @param options of the recipe
     * @throws stipple.torch.UserException if an option is unknown, missing or out of range
     */
    Reward open(Map<String, String> options);
}
