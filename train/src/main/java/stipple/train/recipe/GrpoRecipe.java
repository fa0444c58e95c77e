package stipple.train.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompts;
import stipple.model.config.SamplerKind;
import stipple.torch.UserException;

/**
 * Reinforcement learning on the flow head by groups of pictures. What is left out is NextStep-GRPO: no guidance, one flow
 * step and one update per sampling, the log-probability of coefficient-preserving sampling, recomputed in one pass.
 *
 * @param prompts {@code composition} for the seen combinations of that domain, a file with a prompt on each line, or a family of
 *     {@code data.shards} whose captions they are
 * @param promptsPerClass how many of a class of the composition domain; left out, 60. More than there are combinations come in
 *     other wordings
 * @param classes weights of the classes of the composition domain in the order of prompts, such as {@code {counting: 5,
 *     positions: 7}}; a class that is not named is not trained on; left out, all prompts take turns
 * @param holdout prompts to measure on, like {@code prompts}; left out, nothing is measured
 * @param holdoutPrompts how many of them at most; left out, 32
 * @param watch scores of other prompts, measured beside the held-out ones and rewarded by nothing; left out, none
 * @param group pictures per prompt
 * @param steps evaluations of the head per token while sampling
 * @param sampler {@code s3-cps} (left out), {@code s3-sde}, or, where {@code log_prob} is {@code path}, {@code ode}
 * @param noiseLevel of that sampler; left out, 0.8
 * @param cfg guidance while sampling, and while training unless {@code log_prob} is {@code path}; left out, 1: none
 * @param logProb {@code cps} (left out): the negative mean squared distance to the mean of a step; {@code gaussian}: that of
 *     the normal distribution, with its division by the variance; {@code path}: the negative flow loss of the token without
 *     guidance, at the times of the sampler's steps and fresh noises
 * @param window part of the sampler's steps that may be optimised, such as {@code [0, 0.5]}; left out, all that draw noise
 * @param flowSteps steps of the sampler that an update optimises; left out, 1
 * @param updates optimiser steps per sampling; left out, 1: strictly on-policy
 * @param oldLogProb where the old log-probability comes from: {@code parallel} (left out) or {@code sequential}
 * @param ratio {@code picture} (left out) or {@code token}: over what log-probabilities are averaged before the ratio
 * @param clip how far a ratio may leave 1 before it stops counting; left out, 1e-4
 * @param stretch tokens, one after another, in which the pictures of a group draw noises of their own and which are learnt from;
 *     elsewhere they share theirs, and for each group the place is another. Left out, they share nothing and learn from all
 * @param advantage what a reward less its group's mean is divided by: the standard deviation of its {@code group} (left out) or
 *     of the whole batch, or by {@code none}
 * @param credit {@code picture} (left out): all tokens of a picture gained what the picture gained; {@code parts}: the reward says
 *     which parts are right, and their tokens are compared with the parts of the group; {@code both}: the sum of the two
 * @param advantageOf {@code sum} (left out): the weighted sum of the rewards is compared; {@code each}: each reward is, and the
 *     advantages are summed by weight, so that a reward that spreads little counts as much as one that spreads
 * @param bestWorst so many of the best and of the worst pictures of a group are learnt from; left out, all
 * @param advantageClip bound of an advantage; left out, 5
 * @param minStd groups whose rewards spread less are left out; left out, 1e-3
 * @param maxMean groups whose mean reward is higher are left out; left out, none
 * @param kl weight of the distance to the frozen start; left out, 0
 * @param schedule {@code alternate} (left out): each part of a batch is sampled, judged and trained on in turn, on all cores; or
 *     {@code overlapped}: later parts are sampled and judged while earlier ones are trained on
 */
public record GrpoRecipe(
        String prompts,
        Integer promptsPerClass,
        Map<String, Double> classes,
        String holdout,
        Integer holdoutPrompts,
        List<WatchRecipe> watch,
        int group,
        int steps,
        String sampler,
        Double noiseLevel,
        Double cfg,
        String logProb,
        List<Double> window,
        Integer flowSteps,
        Integer updates,
        String oldLogProb,
        String ratio,
        Double clip,
        Integer stretch,
        String advantage,
        String credit,
        String advantageOf,
        Integer bestWorst,
        Double advantageClip,
        Double minStd,
        Double maxMean,
        Double kl,
        String schedule) {
    /** Names the prompts of the composition domain. */
    public static final String COMPOSITION = "composition";

    private static final String PARTS = "parts";
    private static final String BOTH = "both";
    private static final String PATH = "path";

    /** Checks ranges and fills in what was left out. */
    public GrpoRecipe {
        Checks.present("grpo.prompts", prompts);
        if (group < 2) {
            throw new UserException("Recipe: grpo.group must be at least 2, as pictures of a prompt are compared with"
                    + " each other, got " + group);
        }
        Checks.positive("grpo.steps", steps);
        if (composition(prompts)) {
            promptsPerClass = promptsPerClass == null ? ScenePrompts.MOST : promptsPerClass;
            if (promptsPerClass < 1 || promptsPerClass > ScenePrompts.MOST_SEEN) {
                throw new UserException("Recipe: grpo.prompts_per_class must be from 1 to " + ScenePrompts.MOST_SEEN
                        + ", got " + promptsPerClass);
            }
        } else if (promptsPerClass != null || (classes != null && !classes.isEmpty())) {
            throw new UserException("Recipe: grpo.prompts_per_class and grpo.classes belong to grpo.prompts "
                    + COMPOSITION + ", got prompts of " + prompts);
        }
        classes = classes == null ? Map.of() : weights(classes);
        holdoutPrompts = holdoutPrompts == null ? 32 : holdoutPrompts;
        Checks.positive("grpo.holdout_prompts", holdoutPrompts);
        watch = watch == null ? List.of() : List.copyOf(watch);
        WatchRecipe.requireNames(watch);
        sampler = oneOf("sampler", sampler, "s3-cps", "s3-sde", "ode");
        noiseLevel = noiseLevel == null ? 0.8 : noiseLevel;
        if (!(noiseLevel > 0 && noiseLevel <= 1)) {
            throw new UserException("Recipe: grpo.noise_level must be above 0 and at most 1, got " + noiseLevel
                    + "; without noise there is nothing to learn from");
        }
        cfg = cfg == null ? 1.0 : cfg;
        if (!(cfg >= 1)) {
            throw new UserException("Recipe: grpo.cfg must be at least 1 (no guidance), got " + cfg);
        }
        logProb = oneOf("log_prob", logProb, "cps", "gaussian", PATH);
        if (sampler.equals("ode") && !logProb.equals(PATH)) {
            throw new UserException("Recipe: grpo.sampler ode draws no noise in its steps, which grpo.log_prob "
                    + logProb + " learns from; use log_prob path, or the sampler s3-cps or s3-sde");
        }
        window = window == null ? List.of(0.0, 1.0) : List.copyOf(window);
        if (window.size() != 2 || !(0 <= window.get(0) && window.get(0) < window.get(1) && window.get(1) <= 1)) {
            throw new UserException(
                    "Recipe: grpo.window must be two rising numbers from 0 to 1, such as [0, 0.5], got " + window);
        }
        flowSteps = flowSteps == null ? 1 : flowSteps;
        Checks.positive("grpo.flow_steps", flowSteps);
        updates = updates == null ? 1 : updates;
        Checks.positive("grpo.updates", updates);
        oldLogProb = oneOf("old_log_prob", oldLogProb, "parallel", "sequential");
        if (logProb.equals(PATH) && oldLogProb.equals("sequential")) {
            throw new UserException("Recipe: grpo.log_prob path asks the head where it was not asked while sampling;"
                    + " use old_log_prob parallel");
        }
        ratio = oneOf("ratio", ratio, "picture", "token");
        clip = clip == null ? 1e-4 : clip;
        Checks.positive("grpo.clip", clip);
        if (stretch != null) {
            Checks.positive("grpo.stretch", stretch);
        }
        advantage = oneOf("advantage", advantage, "group", "batch", "none");
        credit = oneOf("credit", credit, "picture", PARTS, BOTH);
        if (!credit.equals("picture") && (updates > 1 || ratio.equals("picture"))) {
            throw new UserException(
                    "Recipe: grpo.credit parts gives each token a gain of its own, which needs grpo.updates 1"
                            + " and grpo.ratio token, got " + updates + " and " + ratio);
        }
        advantageOf = oneOf("advantage_of", advantageOf, "sum", "each");
        if (bestWorst != null && (bestWorst < 1 || 2 * bestWorst > group)) {
            throw new UserException(
                    "Recipe: grpo.best_worst takes as many of the best as of the worst, so it must be from"
                            + " 1 to half of grpo.group (" + group + "), got " + bestWorst);
        }
        advantageClip = advantageClip == null ? 5.0 : advantageClip;
        Checks.positive("grpo.advantage_clip", advantageClip);
        minStd = minStd == null ? 1e-3 : minStd;
        Checks.notNegative("grpo.min_std", minStd);
        kl = kl == null ? 0.0 : kl;
        Checks.notNegative("grpo.kl", kl);
        schedule = oneOf("schedule", schedule, "alternate", "overlapped");
        if (schedule.equals("overlapped") && updates > 1) {
            throw new UserException(
                    "Recipe: grpo.schedule overlapped is for training strictly on-policy, but grpo.updates" + " is "
                            + updates + "; set it to 1 or alternate");
        }
    }

    private static String oneOf(String key, String given, String first, String... others) {
        if (given == null || given.equals(first) || List.of(others).contains(given)) {
            return given == null ? first : given;
        }
        throw new UserException("Recipe: unknown grpo." + key + " '" + given + "'; use " + first + " or "
                + String.join(" or ", others));
    }

    /** Known classes alone, in an order that does not depend on the file. */
    private static Map<String, Double> weights(Map<String, Double> given) {
        Map<String, Double> weights = new LinkedHashMap<>();
        Set<String> unknown = new TreeSet<>(given.keySet());
        for (SceneClass type : SceneClass.values()) {
            if (unknown.remove(type.id())) {
                double weight = given.get(type.id());
                Checks.positive("grpo.classes." + type.id(), weight);
                weights.put(type.id(), weight);
            }
        }
        if (!unknown.isEmpty()) {
            throw new UserException(
                    "Recipe: grpo.classes has no class '" + unknown.iterator().next() + "'; there are "
                            + Stream.of(SceneClass.values()).map(SceneClass::id).collect(Collectors.joining(", ")));
        }
        return Collections.unmodifiableMap(weights);
    }

    private static boolean composition(String source) {
        return source.equals(COMPOSITION);
    }

    /** Whether prompts come from the composition domain. */
    public boolean ofComposition() {
        return composition(prompts);
    }

    /** Whether tokens gain what the part of the picture that they belong to gained. */
    public boolean byParts() {
        return !credit.equals("picture");
    }

    /** Whether a token gains what its whole picture gained, by itself or beside what its part gained. */
    public boolean byPictures() {
        return !credit.equals(PARTS);
    }

    /** Whether tokens are as likely as the flow loss says, wherever the sampler went. */
    public boolean onPath() {
        return logProb.equals(PATH);
    }

    /** Guidance in the log-probability. */
    public double learntCfg() {
        return onPath() ? 1 : cfg;
    }

    /** How many pictures of a group are learnt from. */
    public int learnt() {
        return bestWorst == null ? group : 2 * bestWorst;
    }

    /** Whether each reward is compared by itself. */
    public boolean advantageOfEach() {
        return advantageOf.equals("each");
    }

    /** Whether parts of a batch are sampled while others are trained on. */
    public boolean overlapped() {
        return schedule.equals("overlapped");
    }

    /** The sampler of the rollout. */
    public SamplerKind kind() {
        return SamplerKind.of(sampler);
    }

    static void checkRewards(List<RewardRecipe> rewards) {
        if (rewards.stream().allMatch(reward -> reward.weight() == 0)) {
            throw new UserException("Recipe: rewards: at least one must have a weight other than 0");
        }
        RewardRecipe.requireNames(rewards);
    }
}
