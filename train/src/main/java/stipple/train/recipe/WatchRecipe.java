package stipple.train.recipe;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import stipple.torch.UserException;

/**
 * Scores of prompts that are not rewarded, which is where reward hacking shows.
 *
 * @param name under which they are logged: {@code watch_name_reward}
 * @param prompts as {@code grpo.holdout} names them
 * @param rewards what scores them; weights play no part
 */
public record WatchRecipe(String name, String prompts, List<RewardRecipe> rewards) {
    /** Checks presence and names. */
    public WatchRecipe {
        Checks.present("grpo.watch.name", name);
        Checks.present("grpo.watch.prompts", prompts);
        if (!name.matches("[a-z0-9_]+")) {
            throw new UserException(
                    "Recipe: grpo.watch.name must be of lower-case letters, digits and _, got '" + name + "'");
        }
        rewards = rewards == null ? List.of() : List.copyOf(rewards);
        if (rewards.isEmpty()) {
            throw new UserException("Recipe: grpo.watch '" + name + "' names no rewards to watch");
        }
        RewardRecipe.requireNames(rewards);
    }

    static void requireNames(List<WatchRecipe> watched) {
        Set<String> names = new HashSet<>();
        watched.forEach(one -> {
            if (!names.add(one.name())) {
                throw new UserException("Recipe: two of grpo.watch are called '" + one.name() + "'");
            }
        });
    }
}
