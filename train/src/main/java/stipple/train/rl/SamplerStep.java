package stipple.train.rl;

import stipple.model.flow.SolverStep;
import stipple.torch.Tensor;

/**
 * A step of the sampler as a distribution: a normal one around a mean that is linear in the point and the velocity.
 *
 * @param index which step of the sampler
 * @param step its coefficients
 * @param gaussian whether the log-probability is that of the distribution, or the negative mean squared distance of
 *     coefficient-preserving sampling, which divides by no variance
 */
record SamplerStep(int index, SolverStep step, boolean gaussian) implements FlowStep {
    @Override
    public double time() {
        return step.time();
    }

    @Override
    public StepPoints points(Sampled sampled, long group, long[] rows) {
        return StepPoints.of(sampled, index, rows);
    }

    /** The mean of the next point, {@code [n, token]}. */
    Tensor mean(Tensor point, Tensor velocity) {
        return point.mul(step.point()).add(velocity.mul(step.velocity()));
    }

    /** That of where the sampler went. */
    @Override
    public Tensor logProb(StepPoints points, Tensor velocity) {
        Tensor distance = points.after()
                .sub(mean(points.before(), velocity))
                .square()
                .mean(1)
                .reshape(-1);
        if (!gaussian) {
            return distance.neg();
        }
        double std = step.noise();
        return distance.div(-2 * std * std).add(-Math.log(std) - 0.5 * Math.log(2 * Math.PI));
    }

    /**
     * The squared distance of their means in the units of {@link #logProb}, which for the normal distribution is the
     * Kullback-Leibler divergence.
     */
    @Override
    public Tensor divergence(Tensor velocity, Tensor other) {
        double scale = step.velocity() * step.velocity();
        if (gaussian) {
            scale /= 2 * step.noise() * step.noise();
        }
        return velocity.sub(other).square().mean(1).reshape(-1).mul(scale);
    }
}
