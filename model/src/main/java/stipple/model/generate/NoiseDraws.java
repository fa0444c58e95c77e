package stipple.model.generate;

import stipple.torch.Rng;
import stipple.torch.Scope;

/** Takes all draws of a token from a picture's generator. */
public final class NoiseDraws {
    /** libtorch fills in groups of so many values, so multiples of it give the same numbers in one call or in many. */
    private static final int GROUP = 16;

    private NoiseDraws() {}

    /** As many draws as asked for, {@code [count][width]}, the same as taken one by one. */
    public static float[][] take(Rng rng, int count, int width) {
        float[][] draws = new float[count][];
        try (Scope scope = Scope.open()) {
            if (width % GROUP != 0) {
                for (int i = 0; i < count; i++) {
                    draws[i] = rng.normal(1, width).toFloats();
                }
                return draws;
            }
            float[] all = rng.normal(count, width).toFloats();
            for (int i = 0; i < count; i++) {
                draws[i] = java.util.Arrays.copyOfRange(all, i * width, (i + 1) * width);
            }
            return draws;
        }
    }
}
