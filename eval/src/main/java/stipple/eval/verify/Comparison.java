package stipple.eval.verify;

import java.util.Arrays;
import stipple.torch.Tensor;

/** Measures the distance of a result from what the reference computed. */
final class Comparison {
    /** Largest relative error of a single evaluation in float32, whose sums run in another order here. */
    static final double SINGLE = 5e-5;

    /** The same for a whole picture, where every token is fed back and errors add up. */
    static final double GENERATION = 2e-4;

    private Comparison() {}

    /** The one of two results that is farther from what was recorded: both ways to compute it must be near. */
    static Tensor farther(Tensor expected, Tensor a, Tensor b) {
        double one = of("", expected, a, SINGLE).maxAbs();
        double other = of("", expected, b, SINGLE).maxAbs();
        return Double.isNaN(other) || other > one ? b : a;
    }

    /**
     * Compares element by element. The error is relative to the largest magnitude of the expected tensor; an expected
     * tensor of zeros has no magnitude, so there the absolute error counts.
     */
    static CheckResult of(String name, Tensor expected, Tensor actual, double tolerance) {
        boolean scalars = expected.count() == 1 && actual.count() == 1;
        if (!scalars && !Arrays.equals(expected.shape(), actual.shape())) {
            return CheckResult.failed(
                    name,
                    "shape " + Arrays.toString(actual.shape()) + ", recorded is " + Arrays.toString(expected.shape()));
        }
        float[] wanted = expected.toFloats();
        float[] got = actual.toFloats();
        if (wanted.length == 0) {
            return CheckResult.failed(name, "the recorded tensor is empty");
        }
        double worst = 0;
        double scale = 0;
        for (int i = 0; i < got.length; i++) {
            if (!Float.isFinite(got[i]) || !Float.isFinite(wanted[i])) {
                return CheckResult.failed(
                        name, "not finite at element " + i + ": " + got[i] + ", recorded is " + wanted[i]);
            }
            worst = Math.max(worst, Math.abs((double) got[i] - wanted[i]));
            scale = Math.max(scale, Math.abs(wanted[i]));
        }
        double relative = scale == 0 ? worst : worst / scale;
        return new CheckResult(name, worst, relative, tolerance, relative <= tolerance, "");
    }
}
