package stipple.torch.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;
import stipple.torch.UserException;

class PackedMatrixTest {
    /** {rows, in, out}: below, at and beyond vectors, groups, blocks and tiles. */
    private static final int[][] SHAPES = {
        {1, 1, 1},
        {1, 31, 15},
        {2, 32, 16},
        {3, 33, 17},
        {1, 64, 8},
        {5, 100, 37},
        {16, 128, 48},
        {17, 96, 33},
        {40, 257, 70},
        {7, 300, 129}
    };

    private Scope scope;
    private final int threads = Torch.threads();

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(KernelLibrary.available(), KernelLibrary.missing());
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        if (scope != null) {
            Kernels.use(Kernels.best());
            Torch.threads(threads);
            scope.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = WeightFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "FP8")
    void products_agree_with_sums_in_double_precision(WeightFormat format) {
        for (int[] shape : SHAPES) {
            Tensor x = random(1, shape[0], shape[1]);
            PackedMatrix matrix = matrix(format, random(2, shape[2], shape[1]), 32);
            double[] wanted = product(x, matrix.dequantise());
            double limit = error(format) * Math.sqrt(shape[1]);
            assertClose(wanted, matrix.multiply(x).toFloats(), limit, format + " " + shape[0] + "x" + shape[1]);
        }
    }

    @ParameterizedTest
    @EnumSource(value = WeightFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "FP8")
    void a_row_has_the_same_bits_alone_and_in_company(WeightFormat format) {
        for (int in : new int[] {100, 512}) {
            PackedMatrix matrix = matrix(format, random(2, 70, in), 64);
            Tensor x = random(3, 45, in);
            float[] together = matrix.multiply(x).toFloats();
            for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 31}) {
                float[] some = matrix.multiply(x.narrow(0, 45 - rows, rows)).toFloats();
                for (int i = 0; i < some.length; i++) {
                    assertEquals(together[(45 - rows) * 70 + i], some[i], rows + " rows of " + format);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = WeightFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "FP8")
    void the_number_of_threads_changes_no_bit(WeightFormat format) {
        PackedMatrix matrix = matrix(format, random(2, 700, 160), 32);
        Tensor x = random(3, 9, 160);
        Torch.threads(1);
        float[] alone = matrix.multiply(x).toFloats();
        for (int members : new int[] {2, 3, 2}) {
            Torch.threads(members);
            assertArrayEquals(alone, matrix.multiply(x).toFloats());
        }
    }

    @ParameterizedTest
    @EnumSource(value = WeightFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "FP8")
    void instruction_sets_agree(WeightFormat format) {
        for (int[] shape : SHAPES) {
            Tensor x = random(4, shape[0], shape[1]);
            PackedMatrix matrix = matrix(format, random(5, shape[2], shape[1]), 64);
            Kernels.use(Kernels.Level.SCALAR);
            float[] plain = matrix.multiply(x).toFloats();
            for (Kernels.Level level : Kernels.Level.values()) {
                if (Kernels.use(level) != level) {
                    continue;
                }
                float[] found = matrix.multiply(x).toFloats();
                if (format == WeightFormat.BF16 && Kernels.bfloat16()) {
                    // The instruction for pairs of products adds them in an order of its own.
                    for (int i = 0; i < plain.length; i++) {
                        assertEquals(plain[i], found[i], 1e-5 * shape[1]);
                    }
                } else {
                    assertArrayEquals(plain, found, format + " with " + level);
                }
            }
        }
    }

    @Test
    void values_that_are_not_finite_do_not_vanish() {
        for (Kernels.Level level : Kernels.Level.values()) {
            Kernels.use(level);
            for (WeightFormat format : EnumSet.complementOf(EnumSet.of(WeightFormat.FP8))) {
                for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                    float[] values = random(6, 2, 70).toFloats();
                    values[37] = bad;
                    float[] y = matrix(format, random(7, 20, 70), 32)
                            .multiply(Tensors.of(values, 2, 70))
                            .toFloats();
                    for (int o = 0; o < 20; o++) {
                        assertTrue(!Float.isFinite(y[o]), format + " loses " + bad);
                        assertTrue(Float.isFinite(y[20 + o]), format + " lets " + bad + " into another row");
                    }
                }
            }
        }
    }

    @Test
    void rows_of_zeros_give_zeros_and_tiny_ones_do_not_fail() {
        PackedMatrix matrix = matrix(WeightFormat.INT4, random(2, 16, 64), 32);
        for (float value : matrix.multiply(Tensors.zeros(DType.F32, 2, 64)).toFloats()) {
            assertEquals(0f, value);
        }
        for (float value :
                matrix.multiply(Tensors.full(1e-38, DType.F32, 2, 64)).toFloats()) {
            assertEquals(0f, value, 1e-30f);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightFormat.class,
            names = {"INT8", "INT4"})
    void quantised_weights_are_as_close_as_their_bits_allow(WeightFormat format) {
        Tensor w = random(8, 50, 200);
        double error = relativeError(w, PackedMatrix.quantise(w, format, 32).dequantise());
        // Of normal weights: a few percent of the largest of 32 over 8 levels, and of the largest of 200 over 127.
        assertTrue(error < (format == WeightFormat.INT4 ? 0.085 : 0.008), format + " is off by " + error);
        assertTrue(error > (format == WeightFormat.INT4 ? 0.05 : 0.004), format + " is implausibly good: " + error);
    }

    @Test
    void weights_on_a_grid_of_sixteen_levels_survive_exactly() {
        float[] values = new float[32 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7 % 16 - 8) * 0.25f;
        }
        Tensor w = Tensors.of(values, 32, 64);
        assertArrayEquals(
                values,
                PackedMatrix.quantise(w, WeightFormat.INT4, 32).dequantise().toFloats());
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightFormat.class,
            names = {"INT8", "INT4"})
    void both_ways_of_unpacking_agree(WeightFormat format) {
        for (int group : new int[] {32, 64}) {
            PackedMatrix matrix = PackedMatrix.quantise(random(9, 37, 130), format, group);
            assertArrayEquals(
                    matrix.dequantise().toFloats(), Unpacking.of(matrix).toFloats());
        }
    }

    @Test
    void weights_that_are_not_finite_are_refused() {
        Tensor w = Tensors.full(Double.NaN, DType.F32, 16, 32);
        UserException refusal = assertThrows(UserException.class, () -> PackedMatrix.quantise(w, WeightFormat.INT8, 0));
        assertEquals(
                "A weight matrix of 16 x 32 holds values that are not finite, which cannot be quantised",
                refusal.getMessage());
    }

    @Test
    void many_products_leave_no_tensors_behind() {
        PackedMatrix matrix = matrix(WeightFormat.INT8, random(2, 32, 64), 32);
        Tensor x = random(3, 2, 64).to(DType.BF16);
        long before = Tensor.live();
        for (int i = 0; i < 50; i++) {
            try (Scope inner = Scope.open()) {
                matrix.multiply(x);
            }
        }
        assertEquals(before, Tensor.live());
    }

    private static PackedMatrix matrix(WeightFormat format, Tensor w, int group) {
        return switch (format) {
            case F32 -> PackedMatrix.of(w);
            case BF16 -> PackedMatrix.of(w.to(DType.BF16));
            case INT8, INT4 -> PackedMatrix.quantise(w, format, group);
            case FP8 -> throw new IllegalArgumentException("for cards alone");
        };
    }

    /** Largest error of one product of numbers of size 1, for each format of weights: activations are rounded too. */
    private static double error(WeightFormat format) {
        return switch (format) {
            case F32 -> 1e-6;
            case BF16 -> 2e-2;
            case INT8, INT4, FP8 -> 6e-2;
        };
    }

    private static Tensor random(long seed, long... shape) {
        Random random = new Random(seed);
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.of(values, shape);
    }

    private static double[] product(Tensor x, Tensor w) {
        float[] a = x.toFloats();
        float[] b = w.toFloats();
        int in = (int) x.size(1);
        int out = (int) w.size(0);
        double[] y = new double[a.length / in * out];
        for (int i = 0; i < y.length; i++) {
            for (int k = 0; k < in; k++) {
                y[i] += (double) a[i / out * in + k] * b[i % out * in + k];
            }
        }
        return y;
    }

    private static void assertClose(double[] wanted, float[] found, double limit, String what) {
        assertEquals(wanted.length, found.length);
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], found[i], limit, what);
        }
    }

    private static double relativeError(Tensor wanted, Tensor found) {
        double difference = found.sub(wanted).square().sum().item();
        return Math.sqrt(difference / wanted.square().sum().item());
    }
}
