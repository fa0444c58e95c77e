package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.NextStepModel;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.WeightFormat;

/** Loading as for a card, with the CPU in its place. */
class CardLoaderTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");
    private static final String MATRIX = "layers.0.self_attn.q_proj.weight";

    private static final String PLAIN = "layers.0.self_attn.q_proj.bias";

    private static Weights load(Path folder, ModelConfig config, Quantisation quantisation) {
        CheckpointFiles files = CheckpointFiles.open(folder);
        Map<String, StoredTensor> tensors = files.tensors();
        Weights weights = new Weights();
        try (CardLoader loader = new CardLoader(Device.CPU, DType.F32, quantisation)) {
            for (ExpectedTensor wanted : BackboneNames.expected(config)) {
                if (tensors.containsKey(wanted.name())) {
                    loader.load(weights, tensors, wanted);
                }
            }
        }
        weights.keepOpen(files);
        return weights;
    }

    @ParameterizedTest
    @CsvSource({"int8, 0.03", "fp8, 0.1", "int4, 0.25"})
    void rounded_weights_give_nearly_the_velocities_and_hidden_states_of_plain_ones(String format, double limit) {
        assumeTrue(!format.equals("int4") || KernelLibrary.available());
        ModelConfig config = ModelConfigReader.read(GOLDEN);
        long before = Tensor.live();
        try (Weights plain = load(GOLDEN, config, null);
                Weights rounded = load(GOLDEN, config, Quantisation.of(format));
                Scope scope = Scope.open()) {
            assertEquals(WeightFormat.quantised(format), rounded.card(MATRIX).format());
            assertNull(rounded.find(MATRIX));
            assertNotNull(rounded.find(PLAIN));
            assertEquals(plain.count(), rounded.count());
            assertTrue(rounded.bytes() < plain.bytes());
            Tensor expected = hidden(config, plain);
            double error = Math.sqrt(
                    hidden(config, rounded).sub(expected).square().sum().item()
                            / expected.square().sum().item());
            assertTrue(error < limit, format + " is off by " + error);
            assertTrue(error > limit / 100, format + " changed nothing: " + error);
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void a_folder_of_int8_keeps_its_integers(@TempDir Path folder) {
        assumeTrue(KernelLibrary.available());
        CheckpointQuantiser.quantise(GOLDEN, folder.resolve("int8"), Quantisation.of("int8"), matrix -> {});
        ModelConfig config = ModelConfigReader.read(GOLDEN);
        try (Weights card = load(folder.resolve("int8"), config, null);
                NextStepCheckpoint packed = NextStepCheckpoint.load(folder.resolve("int8"), LoadOptions.of(DType.F32));
                Scope scope = Scope.open()) {
            Tensor difference = card.card(MATRIX)
                    .dequantise()
                    .sub(packed.weights().packed(MATRIX).dequantise());
            assertTrue(difference.abs().max().item() < 1e-7);
        }
    }

    private static Tensor hidden(ModelConfig config, Weights weights) {
        NextStepModel model = new NextStepModel(config, weights, DType.F32);
        long[][] ids = {{9, 8, 7, 6, 5, 30, 31}};
        return model.backbone().forward(model.embed(ids, null), null);
    }
}
