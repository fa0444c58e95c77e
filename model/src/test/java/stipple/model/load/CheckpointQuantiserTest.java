package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.files.JsonObjectFile;
import stipple.model.quant.MatrixError;
import stipple.model.quant.Quantisation;
import stipple.model.quant.QuantisationReport;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

class CheckpointQuantiserTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");
    private static final String MATRIX = "layers.0.self_attn.q_proj.weight";

    @TempDir
    Path dir;

    @BeforeEach
    void kernels() {
        Assumptions.assumeTrue(KernelLibrary.available(), KernelLibrary.missing());
    }

    @Test
    void a_quantised_copy_computes_what_quantising_on_load_computes() {
        for (String format : List.of("int8", "int4")) {
            Quantisation quantisation = Quantisation.of(format);
            Path copy = dir.resolve(format);
            CheckpointQuantiser.quantise(GOLDEN, copy, quantisation, matrix -> {});
            float[] exact = hidden(GOLDEN, LoadOptions.DEFAULT);
            float[] stored = hidden(copy, LoadOptions.DEFAULT);
            assertArrayEquals(hidden(GOLDEN, LoadOptions.DEFAULT.withQuantisation(quantisation)), stored);
            double error = distance(exact, stored);
            assertTrue(error > 1e-4 && error < (format.equals("int4") ? 0.3 : 0.03), format + " is off by " + error);
        }
    }

    @Test
    void matrices_of_layers_and_blocks_are_packed_and_the_rest_is_untouched() {
        CheckpointQuantiser.quantise(GOLDEN, dir.resolve("q"), Quantisation.of("int8"), matrix -> {});
        try (NextStepCheckpoint plain = NextStepCheckpoint.load(GOLDEN, LoadOptions.DEFAULT);
                NextStepCheckpoint packed = NextStepCheckpoint.load(dir.resolve("q"), LoadOptions.DEFAULT)) {
            assertNotNull(packed.weights().packed(MATRIX));
            assertNotNull(packed.weights().packed("image_head.net.res_blocks.0.adaLN_modulation.1.weight"));
            for (String kept : List.of("embed_tokens.weight", "image_out_projector.weight", "norm.weight")) {
                assertArrayEquals(
                        plain.weights().get(kept).toFloats(),
                        packed.weights().get(kept).toFloats());
            }
            assertEquals(plain.weights().count(), packed.weights().count());
            assertTrue(packed.weights().bytes() < plain.weights().bytes());
            UserException refusal =
                    assertThrows(UserException.class, () -> packed.weights().get(MATRIX));
            assertTrue(refusal.getMessage().contains("is quantised to int8"), refusal.getMessage());
        }
    }

    @Test
    void loading_and_closing_leaves_no_tensors_behind() {
        long before = Tensor.live();
        CheckpointQuantiser.quantise(GOLDEN, dir.resolve("q"), Quantisation.of("int4"), matrix -> {});
        assertEquals(before, Tensor.live());
        NextStepCheckpoint.load(dir.resolve("q"), LoadOptions.DEFAULT).close();
        assertEquals(before, Tensor.live());
    }

    @Test
    void the_report_has_every_matrix_and_is_kept_in_the_folder() {
        List<MatrixError> told = new ArrayList<>();
        QuantisationReport report =
                CheckpointQuantiser.quantise(GOLDEN, dir.resolve("q"), Quantisation.of("int4"), told::add);
        assertEquals(told.size(), report.matrices().size());
        assertTrue(report.matrices().stream().allMatch(m -> m.error() > 0.03 && m.error() < 0.12));
        assertTrue(report.bytesAfter() < report.bytesBefore());
        JsonObjectFile kept = JsonObjectFile.read(dir.resolve("q").resolve(QuantisationReport.FILE));
        assertEquals(told.size(), kept.node().get("matrices").size());
        assertEquals("int4", kept.text("format", ""));
        JsonObjectFile config = JsonObjectFile.read(dir.resolve("q/config.json"));
        assertEquals(
                "int4", config.object(CheckpointQuantiser.NOTE).orElseThrow().text("format", ""));
    }

    @Test
    void converting_gives_plain_weights_again() {
        CheckpointQuantiser.quantise(GOLDEN, dir.resolve("q"), Quantisation.of("int8"), matrix -> {});
        CheckpointConverter.convert(dir.resolve("q"), dir.resolve("plain"), DType.F32);
        try (NextStepCheckpoint packed = NextStepCheckpoint.load(dir.resolve("q"), LoadOptions.DEFAULT);
                NextStepCheckpoint plain = NextStepCheckpoint.load(dir.resolve("plain"), LoadOptions.DEFAULT);
                Scope scope = Scope.open()) {
            assertNull(plain.weights().packed(MATRIX));
            assertArrayEquals(
                    packed.weights().packed(MATRIX).dequantise().toFloats(),
                    plain.weights().get(MATRIX).toFloats());
        }
        assertTrue(!JsonObjectFile.read(dir.resolve("plain/config.json")).has(CheckpointQuantiser.NOTE));
    }

    @Test
    void what_is_quantised_already_is_refused() {
        CheckpointQuantiser.quantise(GOLDEN, dir.resolve("q"), Quantisation.of("int8"), matrix -> {});
        UserException refusal = assertThrows(
                UserException.class,
                () -> CheckpointQuantiser.quantise(
                        dir.resolve("q"), dir.resolve("r"), Quantisation.of("int4"), matrix -> {}));
        assertTrue(refusal.getMessage().contains("is quantised already"), refusal.getMessage());
        assertTrue(!Files.exists(dir.resolve("r")), "nothing is begun");
    }

    @Test
    void a_weight_that_is_not_finite_is_refused_by_name() {
        try (Scope scope = Scope.open()) {
            Tensor bad = Tensors.full(Double.POSITIVE_INFINITY, DType.F32, 64, 64);
            copyGolden(Map.of(MATRIX, new TensorSource(MATRIX, DType.F32, bad.shape(), bad::bytes)));
        }
        UserException refusal = assertThrows(
                UserException.class,
                () -> CheckpointQuantiser.quantise(
                        dir.resolve("copy"), dir.resolve("q"), Quantisation.of("int8"), matrix -> {}));
        assertTrue(
                refusal.getMessage().startsWith(MATRIX) && refusal.getMessage().contains("not finite"));
    }

    @Test
    void packed_tensors_of_the_wrong_size_are_refused_with_their_shapes() {
        try (Scope scope = Scope.open()) {
            Tensor data = Tensors.zeros(DType.U8, PackedMatrix.dataShape(WeightFormat.INT4, 64, 64));
            Tensor scales = Tensors.zeros(DType.F32, 4, 16);
            String name = MATRIX + "_scales";
            copyGolden(Map.of(
                    MATRIX, new TensorSource(MATRIX, DType.U8, data.shape(), data::bytes),
                    name, new TensorSource(name, DType.F32, scales.shape(), scales::bytes)));
        }
        UserException refusal = assertThrows(
                UserException.class, () -> NextStepCheckpoint.load(dir.resolve("copy"), LoadOptions.DEFAULT));
        assertEquals(
                "The quantised tensor '" + MATRIX + "' of U8 [4, 2, 256] with scales of F32 [4, 16]"
                        + " is no packed matrix [64, 64]",
                refusal.getMessage());
    }

    @Test
    void eight_bit_floats_are_refused_on_the_processor() {
        LoadOptions options = LoadOptions.DEFAULT.withQuantisation(Quantisation.of("fp8"));
        UserException refusal = assertThrows(UserException.class, () -> NextStepCheckpoint.load(GOLDEN, options));
        assertTrue(refusal.getMessage().contains("on graphics cards only"), refusal.getMessage());
        UserException copy = assertThrows(
                UserException.class,
                () -> CheckpointQuantiser.quantise(GOLDEN, dir.resolve("fp8"), Quantisation.of("fp8"), matrix -> {}));
        assertTrue(copy.getMessage().contains("--quantize fp8"), copy.getMessage());
    }

    private void copyGolden(Map<String, TensorSource> replaced) {
        Path copy = dir.resolve("copy");
        try {
            Files.createDirectories(copy);
            Files.copy(GOLDEN.resolve("config.json"), copy.resolve("config.json"));
            Files.createSymbolicLink(copy.resolve("vae"), GOLDEN.resolve("vae").toAbsolutePath());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        try (CheckpointFiles files = CheckpointFiles.open(GOLDEN)) {
            Map<String, TensorSource> sources = new HashMap<>();
            for (StoredTensor stored : files.tensors().values()) {
                sources.put(stored.name(), TensorSource.of(stored));
            }
            sources.putAll(replaced);
            ShardedWriter.write(copy, List.copyOf(sources.values()), Map.of(), Long.MAX_VALUE);
        }
    }

    private static float[] hidden(Path folder, LoadOptions options) {
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, options);
                Scope scope = Scope.open()) {
            long[][] ids = {{9, 8, 7, 6, 5}};
            return checkpoint
                    .model()
                    .backbone()
                    .forward(checkpoint.model().embed(ids, null), null)
                    .toFloats();
        }
    }

    private static double distance(float[] wanted, float[] found) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < wanted.length; i++) {
            difference += Math.pow(wanted[i] - found[i], 2);
            size += Math.pow(wanted[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
