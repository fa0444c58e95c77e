package stipple.model.flow;

import stipple.torch.Rng;
import stipple.torch.Tensor;

/** Where a sampler's randomness comes from: a seeded generator, or a recording of another run. */
@FunctionalInterface
public interface NoiseSource {
    /** The next standard normal draw, float32 {@code [n, token]}. */
    Tensor next();

    /** Draws from a generator. */
    static NoiseSource of(Rng rng, long rows, long width) {
        return () -> rng.normal(rows, width);
    }
}
