package stipple.train.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.model.flow.LinearPath;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.Seeds;

/**
 * A time on the path from fresh noise to a token, whatever way the sampler took to it. The log-probability is the negative
 * squared error of the velocity there, whose mean over times and noises bounds the likelihood of the token. It needs no noise
 * while sampling, and what is random in it can be drawn as often as one likes (the forward process of DiffusionNFT, arXiv
 * 2509.16117, in place of the sampler's steps).
 *
 * @param index which step of the sampler has this time
 * @param time of it
 * @param seed of the noises; tokens have the same whatever batch they are computed in
 * @param group pictures of a prompt; they share their noises, so that where they are alike what they gained and lost cancels,
 *     as it does between the two pictures of a preference
 */
record PathStep(int index, double time, long seed, int group) implements FlowStep {
    @Override
    public StepPoints points(Sampled sampled, long first, long[] rows) {
        Tensor tokens = sampled.tokens().reshape(-1, sampled.tokens().size(2)).indexSelect(0, at(rows));
        Tensor noise = noises(first, sampled.tokens().size(1), sampled.tokens().size(2), rows);
        Tensor at = Tensors.scalar((float) time).reshape(1, 1);
        return new StepPoints(LinearPath.at(tokens, noise, at), LinearPath.velocity(tokens, noise), null);
    }

    private Tensor noises(long first, long perPicture, long width, long[] rows) {
        long perGroup = perPicture * group;
        Map<Long, Tensor> groups = new TreeMap<>();
        List<Tensor> noises = new ArrayList<>();
        for (int i = 0; i < rows.length; ) {
            long number = rows[i] / perGroup;
            int end = i;
            while (end < rows.length && rows[end] / perGroup == number) {
                end++;
            }
            long[] places =
                    Arrays.stream(rows, i, end).map(row -> row % perPicture).toArray();
            Tensor whole = groups.computeIfAbsent(number, g -> {
                try (Rng rng = new Rng(Seeds.mix(seed, first + g, index, 10))) {
                    return rng.normal(perPicture, width);
                }
            });
            noises.add(whole.indexSelect(0, at(places)));
            i = end;
        }
        return Tensors.cat(noises, 0);
    }

    private static Tensor at(long[] rows) {
        return Tensors.of(rows, rows.length);
    }

    /** That of the token, up to a constant and a factor. */
    @Override
    public Tensor logProb(StepPoints points, Tensor velocity) {
        return divergence(velocity, points.after()).neg();
    }

    @Override
    public Tensor divergence(Tensor velocity, Tensor other) {
        return velocity.sub(other).square().mean(1).reshape(-1);
    }
}
