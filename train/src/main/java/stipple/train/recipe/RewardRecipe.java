package stipple.train.recipe;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.torch.UserException;

/**
 * A reward, or a score that is only watched.
 *
 * @param kind which one: {@code pixels}, {@code http}, or what a plug-in offers
 * @param name under which its scores are logged; left out, its kind
 * @param weight in the sum; 0 logs the score without rewarding it, which is how reward hacking is seen
 * @param options of the reward itself
 */
public record RewardRecipe(String kind, String name, Double weight, Map<String, String> options) {
    /** Fills in what was left out and checks it. */
    public RewardRecipe {
        Checks.present("rewards.kind", kind);
        name = name == null ? kind : name;
        if (!name.matches("[a-z0-9_]+")) {
            throw new UserException(
                    "Recipe: rewards.name must be of lower-case letters, digits and _, got '" + name + "'");
        }
        weight = weight == null ? 1.0 : weight;
        if (!Double.isFinite(weight)) {
            throw new UserException("Recipe: rewards.weight of " + name + " must be a number, got " + weight);
        }
        options = options == null ? Map.of() : Map.copyOf(options);
    }

    static void requireNames(List<RewardRecipe> rewards) {
        Set<String> names = new HashSet<>();
        rewards.forEach(reward -> {
            if (!names.add(reward.name())) {
                throw new UserException(
                        "Recipe: two rewards are called '" + reward.name() + "'; give them a name each");
            }
        });
    }
}
