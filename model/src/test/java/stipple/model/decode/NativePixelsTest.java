package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.Kernels;

/** The native decoder against the one on libtorch, and against itself with other threads, company and instructions. */
class NativePixelsTest implements NeedsKernels {
    private final int threads = Torch.threads();

    @AfterEach
    void asBefore() {
        Torch.threads(threads);
        if (KernelLibrary.available()) {
            Kernels.use(Kernels.best());
        }
    }

    /** A random decoder; every tensor matters. */
    private record Random(Autoencoder network, Weights weights) implements AutoCloseable {
        static Random of(VaeConfig config, DType type) {
            Weights weights = new Weights();
            try (Scope scope = Scope.open();
                    Rng rng = new Rng(3)) {
                for (ExpectedTensor tensor : new VaeNames(config).expected()) {
                    Tensor values = rng.normal(tensor.shape()).mul(tensor.shape().length > 1 ? 0.05 : 0.3);
                    boolean norm =
                            tensor.name().contains("norm") && tensor.name().endsWith(".weight");
                    weights.put(tensor.name(), (norm ? values.add(1) : values).to(type));
                }
            }
            return new Random(new Autoencoder(config, weights, type), weights);
        }

        @Override
        public void close() {
            weights.close();
        }
    }

    private static VaeConfig config(int z, int ch, List<Integer> multipliers, int blocks) {
        return new VaeConfig(64, 3, 3, ch, multipliers, blocks, z, 0.5, 0.1, true, true, 2, 0);
    }

    static Stream<VaeConfig> shapes() {
        return Stream.of(
                config(16, 32, List.of(1, 2, 4, 4), 1),
                config(5, 32, List.of(3, 1, 2), 2),
                config(4, 96, List.of(1), 1));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void pictures_are_those_of_libtorch(VaeConfig config) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(7);
                Random random = Random.of(config, DType.F32);
                PixelDecoder pixels = new NativePixels(random.network(), random.weights(), false)) {
            for (int[] size : new int[][] {{8, 8}, {2, 6}, {7, 3}, {1, 1}, {5, 18}}) {
                Tensor latents = rng.normal(2, config.zChannels(), size[0], size[1]);
                Tensor wanted = new TorchPixels(random.network()).pixels(latents);
                Tensor found = pixels.pixels(latents);
                assertArrayEquals(wanted.shape(), found.shape());
                double error = found.sub(wanted).abs().max().item()
                        / wanted.abs().max().item();
                assertTrue(error < 2e-5, size[0] + "x" + size[1] + " differs by " + error);
            }
        }
    }

    @Test
    void company_threads_and_instructions_change_no_bit() {
        VaeConfig config = config(16, 32, List.of(1, 2), 1);
        try (Scope scope = Scope.open();
                Rng rng = new Rng(7);
                Random random = Random.of(config, DType.F32);
                PixelDecoder pixels = new NativePixels(random.network(), random.weights(), false)) {
            Tensor latents = rng.normal(3, 16, 6, 10);
            Torch.threads(1);
            float[] together = pixels.decode(latents).toFloats();
            float[] last = java.util.Arrays.copyOfRange(together, together.length / 3 * 2, together.length);
            for (int members : new int[] {2, 5, 3}) {
                Torch.threads(members);
                assertArrayEquals(last, pixels.decode(latents.narrow(0, 2, 1)).toFloats(), members + " threads");
            }
            for (Kernels.Level level : Kernels.Level.values()) {
                if (Kernels.use(level) == level) {
                    assertArrayEquals(together, pixels.decode(latents).toFloats(), "instructions of " + level);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void pictures_in_bfloat16_are_those_of_float32_but_for_rounding_with_any_threads_and_company(VaeConfig config) {
        assumeTrue(Kernels.bfloat16(), "this processor has no instruction for bfloat16");
        try (Scope scope = Scope.open();
                Rng rng = new Rng(7);
                Random random = Random.of(config, DType.F32);
                PixelDecoder exact = new NativePixels(random.network(), random.weights(), false);
                PixelDecoder pixels = PixelDecoders.of(random.network(), random.weights(), DType.BF16)) {
            for (int[] size : new int[][] {{8, 8}, {7, 3}, {1, 1}, {5, 18}}) {
                Tensor latents = rng.normal(2, config.zChannels(), size[0], size[1]);
                Tensor wanted = exact.decode(latents);
                Tensor found = pixels.decode(latents);
                double error = found.sub(wanted).square().mean().item()
                        / wanted.square().mean().item();
                assertTrue(error > 0 && error < 1e-3, size[0] + "x" + size[1] + " differs by " + error);
                Torch.threads(1);
                assertArrayEquals(
                        found.narrow(0, 1, 1).contiguous().toFloats(),
                        pixels.decode(latents.narrow(0, 1, 1)).toFloats());
                Torch.threads(threads);
            }
        }
    }

    @Test
    void what_is_not_finite_is_not_hidden() {
        try (Scope scope = Scope.open();
                Random random = Random.of(config(4, 32, List.of(1), 1), DType.F32);
                PixelDecoder pixels = new NativePixels(random.network(), random.weights(), false)) {
            Tensor latents = Tensors.full(Double.NaN, DType.F32, 1, 4, 4, 4);
            assertTrue(Double.isNaN(pixels.decode(latents).abs().max().item()));
        }
    }

    @Test
    void other_types_and_plain_c_are_left_to_libtorch_and_nothing_is_left_behind() {
        VaeConfig config = config(4, 32, List.of(1), 1);
        long before = Tensor.live();
        try (Scope scope = Scope.open();
                Random random = Random.of(config, DType.F32);
                PixelDecoder pixels = new NativePixels(random.network(), random.weights(), false)) {
            if (Kernels.level() != Kernels.Level.SCALAR) {
                assertEquals(
                        "the image tokenizer computes in F16",
                        PixelDecoders.reasonAgainstNative(random.weights(), DType.F16));
                assertNull(PixelDecoders.reasonAgainstNative(random.weights(), DType.F32));
                Kernels.use(Kernels.Level.SCALAR);
            }
            assertInstanceOf(TorchPixels.class, PixelDecoders.of(random.network(), random.weights()));
            assertInstanceOf(TorchPixels.class, PixelDecoders.of(random.network(), random.weights(), DType.BF16));
            try (Rng rng = new Rng(1)) {
                pixels.decode(rng.normal(1, 4, 2, 2));
            }
        }
        assertEquals(before, Tensor.live());
    }
}
