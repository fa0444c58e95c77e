package stipple.eval.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.ConfigDialect;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeConfig;

/** The golden run on the same weights in the other layouts and dialects of a checkpoint. */
class LayoutsTest {
    private static final Map<String, String> TO_B = Map.of(
            "latent_size", "image_size",
            "latent_patch_size", "patch_size",
            "latent_channels", "num_channels",
            "fm_head_dim", "genloss_width",
            "fm_head_layers", "genloss_depth",
            "fm_head_batch_mul", "genloss_batch_mul",
            "im_loss_weight", "image_loss_weight");

    @TempDir
    Path dir;

    private GoldenCopy copy;

    @BeforeEach
    void copyGolden() throws IOException {
        // The loss shows whether its weights were read, the other checks the rest; pictures would only take longer.
        copy = GoldenCopy.into(dir).recorded(key -> GoldenCopy.QUICK.test(key) || key.startsWith("train."));
    }

    @Test
    void the_legacy_dialect_of_NextStep_1_1_reads_the_same_model() throws IOException {
        copy.rewriteConfig(json -> renamed(json, TO_B));
        assertEquals(ConfigDialect.B, ModelConfigReader.read(dir).dialect());
        assertReproduced();
    }

    @Test
    void the_public_trainers_dialect_reads_the_same_model() throws IOException {
        copy.rewriteConfig(json -> renamed(json, TO_B)
                .replace("genloss_width", "fm_head_dim")
                .replace("genloss_depth", "fm_head_layers")
                .replace("genloss_batch_mul", "fm_head_batch_mul"));
        assertEquals(ConfigDialect.C, ModelConfigReader.read(dir).dialect());
        assertReproduced();
    }

    @Test
    void a_single_file_is_as_good_as_shards() {
        copy.rewriteWeights(TensorSource::of);
        assertTrue(Files.exists(dir.resolve("model.safetensors")));
        assertFalse(Files.exists(dir.resolve("model.safetensors.index.json")));
        assertReproduced();
    }

    @Test
    void names_may_carry_the_prefix_of_their_class() {
        copy.rewriteWeights(tensor -> TensorSource.of(tensor.withName("model." + tensor.name())));
        assertReproduced();
    }

    @Test
    void the_image_tokenizer_may_be_safetensors_in_diffusers_names() throws IOException {
        VaeNames names = new VaeNames(VaeConfig.read(dir.resolve("vae")));
        copy.rewriteAutoencoder("diffusion_pytorch_model.safetensors", tensor -> {
            String name = names.toDiffusers(tensor.name());
            // A diffusers dump holds the attention's 1x1 convolutions as linears.
            long[] s = tensor.shape();
            boolean attention = name.contains(".attentions.") && s.length == 4;
            StoredTensor renamed = tensor.withName(name);
            return TensorSource.of(attention ? renamed.reshaped(s[0], s[1]) : renamed);
        });
        assertReproduced();
    }

    @Test
    void the_position_table_is_checked_where_the_checkpoint_uses_one() throws IOException {
        float[] table = table(5, 64);
        copy.rewriteWeights(tensor -> tensor.name().equals("gen_pos_embed") ? null : TensorSource.of(tensor));
        copy.rewriteConfig(json -> json.replace(
                "\"use_gen_pos_embed\": false", "\"use_gen_pos_embed\": true, \"base_image_grid_size\": 5"));
        copy.recorded(GoldenCopy.QUICK).recordedToo(GoldenCopy.floats("gen_pos_embed", new long[] {1, 25, 64}, table));
        assertReproduced();
        copy.alterRecorded("gen_pos_embed", 24 * 64, 0.01f);
        List<CheckResult> failed =
                copy.verify().results().stream().filter(r -> !r.passed()).toList();
        assertEquals(
                List.of("gen_pos_embed"), failed.stream().map(CheckResult::name).toList());
    }

    @Test
    void a_stored_position_table_is_the_one_that_is_checked() throws IOException {
        float[] table = table(3, 64);
        copy.rewriteConfig(json -> json.replace("\"use_gen_pos_embed\": false", "\"use_gen_pos_embed\": true"));
        copy.recorded(key -> key.startsWith("head."))
                .recordedToo(GoldenCopy.floats("gen_pos_embed", new long[] {1, 9, 64}, table));
        float[] wrong = table.clone();
        wrong[70] += 0.01f;
        for (float[] stored : List.of(table, wrong)) {
            copy.rewriteWeights(tensor -> tensor.name().equals("gen_pos_embed")
                    ? GoldenCopy.floats("gen_pos_embed", new long[] {1, 9, 64}, stored)
                    : TensorSource.of(tensor));
            assertEquals(stored == table, copy.verify().passed());
        }
    }

    /** Reference §2.10, written out. */
    private static float[] table(int side, int hidden) {
        float[] values = new float[side * side * hidden];
        int quarter = hidden / 4;
        for (int i = 0; i < values.length; i++) {
            int position = i / hidden;
            int at = i % hidden;
            int coordinate = at < hidden / 2 ? position % side : position / side;
            double angle = coordinate / Math.pow(10_000, (at % quarter) / (double) quarter);
            boolean sine = at % (hidden / 2) < quarter;
            values[i] = (float) (sine ? Math.sin(angle) : Math.cos(angle));
        }
        return values;
    }

    private static String renamed(String json, Map<String, String> names) {
        String result = json;
        for (Map.Entry<String, String> name : names.entrySet()) {
            assertTrue(result.contains('"' + name.getKey() + '"'), name.getKey());
            result = result.replace('"' + name.getKey() + '"', '"' + name.getValue() + '"');
        }
        return result;
    }

    private void assertReproduced() {
        VerifyReport report = copy.verify();
        assertEquals(
                List.of(), report.results().stream().filter(r -> !r.passed()).toList());
    }
}
