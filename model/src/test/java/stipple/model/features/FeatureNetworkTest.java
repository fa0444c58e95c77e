package stipple.model.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

class FeatureNetworkTest {
    @TempDir
    private Path temp;

    private Path converted() {
        MobileNetImport.write(
                TinyMobileNet.module(), List.of(TinyMobileNet.shard()), "tiny", Map.of("license", "MIT"), temp);
        return temp;
    }

    private static Tensor picture() {
        float[] values = new float[3 * 12 * 12];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 12; y++) {
                for (int x = 0; x < 12; x++) {
                    values[(c * 12 + y) * 12 + x] = (x * 5 + y * 3 + c * 7 + x * y) % 16 / 15f * 2 - 1;
                }
            }
        }
        return Tensors.of(values, 1, 3, 12, 12);
    }

    /** The expected numbers were computed by NumPy from the same bytes, batch norms not folded, loops over positions. */
    @Test
    void a_packed_network_gives_the_features_that_its_own_layers_give() {
        long before = Tensor.live();
        try (FeatureNetwork network = FeatureNetwork.load(converted());
                Scope scope = Scope.open()) {
            assertEquals(Map.of(1, 1.0), network.config().taps(), "before the only halving after the stem");
            List<Tensor> taps = network.taps(picture());
            assertArrayEquals(new long[] {1, 4, 6, 6}, taps.getFirst().shape());
            assertEquals(1.1714059569462687, taps.getFirst().mean().item(), 1e-5);
            assertEquals(3.647037646740544, taps.getFirst().abs().mean().item(), 1e-5);
            assertArrayEquals(
                    new float[] {-1.676003f, -2.097765f, -4.488106f, -0.612188f},
                    taps.getFirst().narrow(2, 2, 1).narrow(3, 3, 1).toFloats(),
                    1e-5f);
            Tensor features = network.features(picture());
            assertArrayEquals(new long[] {1, 8}, features.shape());
            assertArrayEquals(
                    new float[] {0, 3.000385f, 3.651233f, 1.166815f, 0.666666f, 0.4292384f, 0.145595f, 0},
                    features.toFloats(),
                    1e-5f);
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void pooled_features_of_a_picture_do_not_depend_on_how_often_its_pixels_are_repeated() {
        try (FeatureNetwork network = FeatureNetwork.load(converted());
                Scope scope = Scope.open()) {
            Tensor large = picture()
                    .reshape(1, 3, 12, 1, 12, 1)
                    .expand(1, 3, 12, 3, 12, 3)
                    .reshape(1, 3, 36, 36);
            assertArrayEquals(
                    network.features(picture()).toFloats(),
                    network.features(large).toFloats(),
                    1e-5f);
            Tensor batch = Tensors.cat(List.of(picture(), picture().mul(0.5)), 0);
            assertArrayEquals(
                    network.features(picture()).toFloats(),
                    network.features(batch).narrow(0, 0, 1).toFloats(),
                    1e-5f);
        }
    }

    @Test
    void the_config_reads_back_as_it_was_written() {
        FeatureConfig config = FeatureConfig.read(converted());
        config.write(temp.resolve("copy"), Map.of("license", "MIT"));
        assertEquals(config, FeatureConfig.read(temp.resolve("copy")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"architecture\" : \"mobilenet_v2\"|\"architecture\" : \"vgg\"|'architecture' is 'vgg'",
                "\"1\" : 1.0|\"7\" : 1.0|there is no block 7 to tap; it has 3",
                "\"1\" : 1.0|\"1\" : -1.0|the weight of tap 1 must be above 0",
                "\"1\" : 1.0|\"one\" : 1.0|'one' is not the index of a block",
                "\"size\" : 12|\"size\" : 0|'size' must be from 1",
                "\"stem\" : 4|\"stem\" : 5|do not fit the config",
                "[ 1, 1, 2 ]|[ 1, 1 ]|must be of one length",
                "[ 1, 1, 2 ]|[ 1, 1, 3 ]|stride must be 1 or 2, got 3",
            })
    void a_config_that_is_wrong_is_refused_with_what_is_wrong(String from, String to, String expected)
            throws IOException {
        Path config = converted().resolve("config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(from), text);
        Files.writeString(config, text.replace(from, to));
        String message = assertThrows(UserException.class, () -> FeatureNetwork.load(temp))
                .getMessage();
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void a_folder_without_a_network_is_refused_with_the_command_that_makes_one() {
        String message = assertThrows(UserException.class, () -> FeatureNetwork.load(temp.resolve("none")))
                .getMessage();
        assertTrue(message.contains("stipple data build features"), message);
    }

    @Test
    void a_module_that_is_cut_or_of_another_kind_is_refused() {
        byte[] shard = TinyMobileNet.shard();
        String text = new String(shard, StandardCharsets.UTF_8);
        int at = text.indexOf("exports=\"") + 9;
        byte[] shorter = (text.substring(0, at) + text.substring(at + 4)).getBytes(StandardCharsets.UTF_8);
        refused("the weights end before", TinyMobileNet.module(), shorter);
        byte[] damaged = (text.substring(0, at) + "****" + text.substring(at + 4)).getBytes(StandardCharsets.UTF_8);
        refused("not base64", TinyMobileNet.module(), damaged);
        refused("it exports no model", shard, shard);
        refused("exports no weights", TinyMobileNet.module(), TinyMobileNet.module());
        String module = new String(TinyMobileNet.module(), StandardCharsets.UTF_8);
        refused("block 1 is built in another way", bytes(module.replace("block_1_add", "block_1_sum")), shard);
        refused("'Conv_1/kernel' are missing", bytes(module.replace("\"Conv_1/kernel", "\"Conv_9/kernel")), shard);
        refused("cannot be read", bytes(module.replace("strides:", "strides;")), shard);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void refused(String expected, byte[] module, byte[] shard) {
        String message = assertThrows(
                        UserException.class,
                        () -> MobileNetImport.write(module, List.of(shard), "tiny", Map.of(), temp.resolve("refused")))
                .getMessage();
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count());
    }
}
