package stipple.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.NoiseSource;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.TorchException;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

/**
 * A small computation whose result is known.
 *
 * @param name what is checked
 * @param passed whether the result is right
 * @param detail how far off it is
 */
record SelfCheck(String name, boolean passed, String detail) {
    private static final int SIZE = 96;

    /** Float32 sums of {@link #SIZE} products of numbers below 1, in another order. */
    private static final double FLOAT_LIMIT = 1e-4;

    /** Eight bits of mantissa in, and at worst out: 2^-8 of sums that stay below {@link #SIZE} / 3. */
    private static final double BFLOAT_LIMIT = 0.15;

    /** Activations rounded to 1/127 of the largest, at random, in sums of {@link #SIZE} products of numbers below 1. */
    private static final double INTEGER_LIMIT = 0.1;

    /** Float32 errors of a few steps of a sampler. */
    private static final double FLOW_LIMIT = 1e-4;

    /** Runs all of them. */
    static List<SelfCheck> all() {
        List<SelfCheck> checks = new ArrayList<>(List.of(
                checked("float32_matrix_product", FLOAT_LIMIT, () -> productError(DType.F32)),
                checked("bfloat16_matrix_product", BFLOAT_LIMIT, () -> productError(DType.BF16))));
        if (KernelLibrary.available()) {
            checks.add(checked("native_float32_product", FLOAT_LIMIT, () -> nativeError(null)));
            checks.add(checked("native_int8_product", INTEGER_LIMIT, () -> nativeError(WeightFormat.INT8)));
            checks.add(checked("native_int4_product", INTEGER_LIMIT, () -> nativeError(WeightFormat.INT4)));
        }
        checks.add(checked("flow_sampler", FLOW_LIMIT, SelfCheck::flowError));
        return List.copyOf(checks);
    }

    private static SelfCheck checked(String name, double limit, Supplier<Double> error) {
        try (Scope scope = Scope.open()) {
            double found = Autograd.off(error);
            String detail = String.format(Locale.ROOT, "largest error %.1e, limit %.1e", found, limit);
            return new SelfCheck(name, found <= limit, detail);
        } catch (TorchException failure) {
            return new SelfCheck(name, false, failure.getMessage());
        }
    }

    /** The largest difference from the same product by a plain loop. */
    private static double productError(DType type) {
        float[] a = random(1);
        float[] b = random(2);
        float[] product = Nn.linear(
                        Tensors.of(a, SIZE, SIZE).to(type),
                        Tensors.of(b, SIZE, SIZE).to(type),
                        null)
                .to(DType.F32)
                .toFloats();
        return worstProduct(a, b, product);
    }

    /** The same for our own kernels, against the weights as they are after rounding. */
    private static double nativeError(WeightFormat format) {
        float[] a = random(1);
        Tensor weight = Tensors.of(random(2), SIZE, SIZE);
        PackedMatrix matrix = format == null
                ? PackedMatrix.of(weight)
                : PackedMatrix.quantise(weight, format, WeightFormat.DEFAULT_GROUP);
        float[] product = matrix.multiply(Tensors.of(a, SIZE, SIZE)).toFloats();
        return worstProduct(a, matrix.dequantise().toFloats(), product);
    }

    private static double worstProduct(float[] a, float[] b, float[] product) {
        double worst = 0;
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                double sum = 0;
                for (int k = 0; k < SIZE; k++) {
                    sum += (double) a[i * SIZE + k] * b[j * SIZE + k];
                }
                worst = worse(worst, product[i * SIZE + j] - sum);
            }
        }
        return worst;
    }

    /** On the straight path to a fixed point, Euler steps end exactly there, whatever the noise. */
    private static double flowError() {
        try (Rng rng = new Rng(3)) {
            Tensor target = rng.normal(1, SIZE);
            EstimateSampler sampler = new EstimateSampler(EstimateSampler.Mode.ODE, 0);
            Tensor end = sampler.sample((x, t) -> target.sub(x).div(1 - t), NoiseSource.of(rng, 1, SIZE), 4, 1);
            float[] wanted = target.toFloats();
            float[] found = end.toFloats();
            double worst = 0;
            for (int i = 0; i < SIZE; i++) {
                worst = worse(worst, found[i] - wanted[i]);
            }
            return worst;
        }
    }

    /** The larger of two errors; not-a-number counts as the largest of all. */
    private static double worse(double worst, double difference) {
        double error = Math.abs(difference);
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
    }

    private static float[] random(long seed) {
        Random random = new Random(seed);
        float[] values = new float[SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }
}
