package stipple.train.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Which figures of a log belong together, and what people call them. */
final class Curves {
    private static final String EVAL = "eval_";

    private static final Map<String, String> CAPTIONS = captions();

    private Curves() {}

    /**
     * Figures under one heading.
     *
     * @param heading for people
     * @param names as in the log
     * @param noisy whether their means are worth drawing, and they may span decades
     */
    record Group(String heading, List<String> names, boolean noisy) {}

    private static Map<String, String> captions() {
        Map<String, String> captions = new LinkedHashMap<>();
        captions.put("lr", "Learning rate");
        captions.put("grad_norm", "Gradient norm before clipping");
        captions.put("samples_per_s", "Pictures per second");
        captions.put("tokens_per_s", "Tokens per second");
        captions.put("tflops", "TFLOP/s");
        captions.put("mfu", "Model FLOPs utilization");
        captions.put("resident_bytes", "Resident memory, bytes");
        captions.put("reward", "Reward, weighted sum");
        captions.put("reward_std", "Spread of rewards within groups");
        captions.put("kept", "Share of groups with contrast");
        captions.put("ratio", "Probability ratio, mean");
        captions.put("ratio_low", "Probability ratio, least");
        captions.put("ratio_high", "Probability ratio, greatest");
        captions.put("clipped", "Share of clipped ratios");
        captions.put("kl", "Distance to the start");
        captions.put("mismatch", "Sequential against parallel log-probability, mean");
        captions.put("mismatch_max", "Sequential against parallel log-probability, greatest");
        captions.put("mismatch_float32", "Mismatch of both passes in float32, one picture");
        captions.put("mismatch_bfloat16", "Mismatch of both passes in bfloat16, one picture");
        captions.put("utilisation", "Cores in use during steps");
        captions.put("rollout_utilisation", "Cores in use while pictures are sampled");
        captions.put("update_utilisation", "Cores in use while gradients are computed");
        captions.put("rollout_share", "Share of a step during which pictures are sampled");
        captions.put("overlap", "Share of a step during which both go on");
        captions.put("rollout_pictures_per_s", "Pictures sampled per second");
        captions.put("flow_time", "Time of the optimised flow step");
        captions.put("token_mean", "Mean of image tokens");
        captions.put("token_std", "Spread of image tokens");
        captions.put("margin", "Margin of preferences");
        captions.put("preferred", "Share of pairs preferred rightly");
        captions.put("winner_change", "Error of winners against the reference's");
        captions.put("loser_change", "Error of losers against the reference's");
        return captions;
    }

    /** What people call a figure. */
    static String caption(String name) {
        String own = name.startsWith(EVAL) ? name.substring(EVAL.length()) : name;
        return CAPTIONS.getOrDefault(own, own.startsWith("reward_") ? "Score " + own.substring(7) : own);
    }

    /** All figures of a log in groups, each figure once. */
    static List<Group> groups(Set<String> names) {
        Set<String> rest = new LinkedHashSet<>(names);
        List<Group> groups = new ArrayList<>();
        Group held = take("Held-out evaluations", rest, name -> name.startsWith(EVAL), false);
        Group speed = take("Optimiser and speed", rest, Curves::isSpeed, false);
        Group rewards = take("Rewards", rest, name -> name.startsWith("reward") || name.equals("kept"), true);
        Group stability = take("Stability", rest, Curves::isStability, false);
        Group cores = take("Cores", rest, Curves::isUse, true);
        Group tokens = take("Tokens", rest, name -> name.startsWith("token_"), false);
        Group preferences = take(
                "Preferences", rest, Set.of("margin", "preferred", "winner_change", "loser_change")::contains, true);
        groups.add(new Group("Loss", List.copyOf(rest), true));
        groups.addAll(List.of(rewards, preferences, held, stability, tokens, cores, speed));
        groups.removeIf(group -> group.names().isEmpty());
        return groups;
    }

    private static boolean isSpeed(String name) {
        return Set.of("lr", "grad_norm", "samples_per_s", "tokens_per_s", "tflops", "mfu", "resident_bytes")
                .contains(name);
    }

    private static boolean isUse(String name) {
        return name.endsWith("utilisation") || name.startsWith("rollout_") || name.equals("overlap");
    }

    private static boolean isStability(String name) {
        return Set.of("clipped", "kl", "flow_time").contains(name)
                || name.startsWith("ratio")
                || name.startsWith("mismatch");
    }

    private static Group take(String heading, Set<String> rest, Predicate<String> wanted, boolean noisy) {
        List<String> taken = rest.stream().filter(wanted).toList();
        taken.forEach(rest::remove);
        return new Group(heading, taken, noisy);
    }
}
