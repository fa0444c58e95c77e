package stipple.train.rl;

import stipple.model.generate.NoiseDraws;
import stipple.torch.Rng;

/** The noises of a picture, token by token: its own, or its group's outside of a {@link Stretch}. */
final class PictureNoise implements AutoCloseable {
    private final Rng own;
    private final Rng group;
    private final Stretch stretch;

    private PictureNoise(Rng own, Rng group, Stretch stretch) {
        this.own = own;
        this.group = group;
        this.stretch = stretch;
    }

    /**
     * What the noises of a picture depend on.
     *
     * @param own the picture's
     * @param group that of all pictures of its group
     * @param stretch where they part; null if nothing is shared
     */
    record Seed(long own, long group, Stretch stretch) {
        /** Of a picture that shares nothing. */
        static Seed alone(long own) {
            return new Seed(own, 0, null);
        }

        PictureNoise open() {
            return new PictureNoise(new Rng(own), stretch == null ? null : new Rng(group), stretch);
        }
    }

    /** The noises of the next token, {@code [count][width]}: where it starts from, then those of the steps. */
    float[][] next(int token, int count, int width) {
        if (group == null) {
            return NoiseDraws.take(own, count, width);
        }
        float[][] shared = NoiseDraws.take(group, count, width);
        if (!stretch.has(token)) {
            return shared;
        }
        float[][] drawn = NoiseDraws.take(own, count, width);
        // No choice of the policy: its differences would only blur what the choices were worth.
        drawn[0] = shared[0];
        return drawn;
    }

    @Override
    public void close() {
        own.close();
        if (group != null) {
            group.close();
        }
    }
}
