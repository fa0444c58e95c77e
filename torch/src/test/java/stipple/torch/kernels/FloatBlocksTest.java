package stipple.torch.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;

class FloatBlocksTest {
    private static final int IN = 71;
    private static final int OUT = 144;

    private final int threads = Torch.threads();
    private Scope scope;
    private Rng rng;

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(KernelLibrary.available(), KernelLibrary.missing());
        scope = Scope.open();
        rng = new Rng(3);
    }

    @AfterEach
    void close() {
        if (scope != null) {
            rng.close();
            scope.close();
            Torch.threads(threads);
            Kernels.use(Kernels.best());
        }
    }

    private static float[] product(FloatBlocks blocks, Tensor x, MemorySegment bias) {
        try (Scope inner = Scope.open();
                Arena arena = Arena.ofConfined()) {
            MemorySegment descriptor = arena.allocate(PackedMatrix.DESCRIPTOR_BYTES, 8);
            blocks.describe(descriptor, bias);
            Tensor y = Tensors.empty(DType.F32, x.size(0), blocks.out());
            Kernels.matmul(descriptor, x.contiguous().bytes(), x.size(0), blocks.in(), y.bytes(), blocks.out());
            return y.toFloats();
        }
    }

    @Test
    void products_are_those_of_the_weights_row_by_row() {
        Tensor weight = rng.normal(OUT, IN);
        Tensor bias = rng.normal(OUT);
        FloatBlocks blocks = FloatBlocks.of(PackedMatrix.of(weight));
        for (int rows : new int[] {1, 2, 3, 7, 8, 9, 40}) {
            Tensor x = rng.normal(rows, IN);
            Tensor found = Tensors.of(product(blocks, x, bias.bytes()), rows, OUT);
            double error = found.sub(x.matmul(weight.transpose(0, 1)).add(bias))
                    .abs()
                    .max()
                    .item();
            assertTrue(error < 5e-5, rows + " rows differ by " + error);
        }
    }

    @Test
    void company_threads_and_instructions_change_no_bit() {
        FloatBlocks blocks = FloatBlocks.of(PackedMatrix.of(rng.normal(OUT, IN)));
        Tensor x = rng.normal(19, IN);
        Torch.threads(1);
        float[] all = product(blocks, x, MemorySegment.NULL);
        for (Kernels.Level level : Kernels.Level.values()) {
            if (Kernels.use(level) == level) {
                for (int rows : new int[] {1, 2, 5, 12, 19}) {
                    Torch.threads(1 + rows % 3);
                    float[] some = product(blocks, x.narrow(0, 19 - rows, rows), MemorySegment.NULL);
                    assertArrayEquals(
                            Arrays.copyOfRange(all, (19 - rows) * OUT, all.length), some, rows + " rows with " + level);
                }
            }
        }
    }

    @Test
    void only_float32_weights_of_whole_blocks_fit() {
        assertTrue(FloatBlocks.fits(PackedMatrix.of(rng.normal(32, 5))));
        assertFalse(FloatBlocks.fits(PackedMatrix.of(rng.normal(33, 5))));
        assertFalse(FloatBlocks.fits(PackedMatrix.of(rng.normal(32, 5).to(DType.BF16))));
    }
}
