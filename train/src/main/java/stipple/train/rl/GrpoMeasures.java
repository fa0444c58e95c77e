package stipple.train.rl;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** The figures of a step, as shares of the batch: over its parts they add up to means. */
final class GrpoMeasures {
    /** In an order of their own: a resumed run must log the same lines. */
    private static final Map<DType, String> MISMATCH =
            new EnumMap<>(Map.of(DType.F32, "mismatch_float32", DType.BF16, "mismatch_bfloat16"));

    private final double share;
    private final Map<String, Tensor> parts;
    private final Map<String, Double> sums = new java.util.LinkedHashMap<>();

    /**
     * Begins a step.
     *
     * @param compared whether log-probabilities of sampling and of the parallel pass are compared
     */
    GrpoMeasures(double share, Map<String, Tensor> parts, boolean compared) {
        this.share = share;
        this.parts = parts;
        if (compared) {
            MISMATCH.values().forEach(name -> parts.put(name, Tensors.scalar(0)));
        }
    }

    private void put(String name, double value) {
        sums.merge(name, value * share, Double::sum);
        parts.put(name, Tensors.scalar(sums.get(name)));
    }

    /** Rewards and tokens of a sampling. */
    void sampling(Round round, Advantages advantages) {
        put("reward", Arrays.stream(round.total()).average().orElse(0));
        round.scores()
                .forEach((name, scores) ->
                        put("reward_" + name, Arrays.stream(scores).average().orElse(0)));
        put("reward_std", advantages.meanStd());
        put("kept", advantages.keptShare());
        // Guidance and collapse show first in the spread of the tokens.
        Tensor tokens = round.sampled().tokens();
        double mean = tokens.mean().item();
        put("token_mean", mean);
        put("token_std", Math.sqrt(Math.max(0, tokens.square().mean().item() - mean * mean)));
    }

    /** Ratios and log-probabilities of one of several flow steps. */
    void update(
            FlowStep step, GrpoLoss.Value value, double kl, Tensor parallel, Optional<Tensor> sequential, int steps) {
        double one = 1.0 / steps;
        put("flow_time", step.time() * one);
        put("ratio", value.mean() * one);
        put("ratio_low", value.low() * one);
        put("ratio_high", value.high() * one);
        put("clipped", value.clipped() * one);
        put("kl", kl * one);
        sequential.ifPresent(sampled -> {
            Tensor difference = parallel.sub(sampled).abs();
            put("mismatch", difference.mean().item() * one);
            put("mismatch_max", difference.max().item() * one);
        });
    }

    /** How far both passes are apart in a type of their own; measured on one picture of the batch, in its first part. */
    void mismatch(DType type, double value) {
        parts.put(MISMATCH.get(type), Tensors.scalar(value));
    }

    /** A part all of whose groups are left out. */
    void nothing(List<FlowStep> steps) {
        put("flow_time", steps.stream().mapToDouble(FlowStep::time).average().orElse(0));
        for (String name : List.of("ratio", "ratio_low", "ratio_high")) {
            put(name, 1);
        }
        put("clipped", 0);
        put("kl", 0);
        if (steps.stream().allMatch(SamplerStep.class::isInstance)) {
            put("mismatch", 0);
            put("mismatch_max", 0);
        }
    }
}
