package stipple.train.rl;

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
 */
record PathStep(int index, double time, long seed) implements FlowStep {
    @Override
    public StepPoints points(Sampled sampled, long group, long[] rows) {
        Tensor all = sampled.tokens().reshape(-1, sampled.tokens().size(2));
        Tensor index = Tensors.of(rows, rows.length);
        Tensor tokens = all.indexSelect(0, index);
        try (Rng rng = new Rng(Seeds.mix(seed, group, index(), 10))) {
            Tensor noise = rng.normal(all.size(0), all.size(1)).indexSelect(0, index);
            Tensor at = Tensors.scalar((float) time).reshape(1, 1);
            return new StepPoints(LinearPath.at(tokens, noise, at), LinearPath.velocity(tokens, noise), null);
        }
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
