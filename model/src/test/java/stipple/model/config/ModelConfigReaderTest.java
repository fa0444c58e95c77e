package stipple.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.torch.DType;
import stipple.torch.UserException;

class ModelConfigReaderTest {
    private static final String BACKBONE = """
            "hidden_size": 5120, "num_hidden_layers": 48, "num_attention_heads": 40, "num_key_value_heads": 8,
            "head_dim": 128, "intermediate_size": 13824, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0,
            "vocab_size": 152064, "max_position_embeddings": 131072, "attention_bias": true,
            "o_attention_bias": false, "bos_token_id": 151643, "eos_token_id": 151643, "model_type": "nextstep",
            "boi": 151667, "eoi": 151668, "image_placeholder_id": 151669""";
    private static final String DIALECT_A = """
            "latent_size": 64, "latent_patch_size": 2, "latent_channels": 16, "fm_head_dim": 1536,
            "fm_head_layers": 12, "fm_head_batch_mul": 4, "lm_loss_weight": 0.01, "im_loss_weight": 1.0,
            "base_image_grid_size": 32""";
    private static final String DIALECT_B = """
            "image_size": 64, "patch_size": 2, "num_channels": 16, "genloss_width": 1024, "genloss_depth": 6,
            "genloss_batch_mul": 3, "lm_loss_weight": 0.01, "image_loss_weight": 0.5, "pad_token_id_added": 151665,
            "base_image_grid_size": 64, "create_kwargs": {"snr_type": "lognorm"}, "genloss_type": "transport",
            "image_feature_layer": -2, "noise_strength": 0.0""";
    private static final String DIALECT_C = """
            "image_size": 32, "patch_size": 1, "num_channels": 16, "fm_head_dim": 768, "fm_head_layers": 4,
            "fm_head_mlp_ratio": 2.0, "fm_head_batch_mul": 2, "image_loss_weight": 0.25, "lm_loss_weight": 0.5,
            "use_token_length_weight": true""";

    @TempDir
    Path dir;

    @Test
    void reads_the_released_layout_of_NextStep_1_Large() throws IOException {
        ModelConfig config = read(BACKBONE + "," + DIALECT_A);
        assertEquals(ConfigDialect.A, config.dialect());
        assertEquals(new LatentConfig(64, 2, 16), config.latent());
        assertEquals(64, config.latent().tokenWidth());
        assertEquals(new FlowHeadConfig(1536, 12, 1.0, 4), config.flowHead());
        assertEquals(5120, config.backbone().queryWidth());
        assertEquals(1024, config.backbone().keyValueWidth());
        assertEquals(151643, config.tokens().pad(), "the pad id falls back to eos when the file has none");
        assertEquals(SamplerKind.S1, config.generation().sampler());
        assertTrue(config.generation().useNorm());
        assertEquals(512, config.generation().width());
        assertTrue(config.backbone().roundedRope());
    }

    @Test
    void reads_the_legacy_names_of_NextStep_1_1() throws IOException {
        ModelConfig config = read(BACKBONE + "," + DIALECT_B);
        assertEquals(ConfigDialect.B, config.dialect());
        assertEquals(new FlowHeadConfig(1024, 6, 1.0, 3), config.flowHead());
        assertEquals(0.5, config.loss().imageWeight());
        assertEquals(151665, config.tokens().pad());
        assertEquals(SamplerKind.S2, config.generation().sampler());
        assertEquals(28, config.generation().steps());
        assertFalse(config.generation().useNorm());
    }

    @Test
    void reads_what_the_public_trainer_writes() throws IOException {
        ModelConfig config = read(BACKBONE.replace("\"attention_bias\": true,", "") + "," + DIALECT_C);
        assertEquals(ConfigDialect.C, config.dialect());
        assertEquals(new LatentConfig(32, 1, 16), config.latent());
        assertEquals(new FlowHeadConfig(768, 4, 2.0, 2), config.flowHead());
        assertEquals(1536, config.flowHead().mlpWidth());
        assertEquals(new LossConfig(0.5, 0.25, true, 0), config.loss());
        assertTrue(config.backbone().attentionBias(), "a Qwen2 layer has biases though the key is absent");
        assertFalse(config.backbone().outputBias());
        assertEquals(SamplerKind.S3_SDE, config.generation().sampler());
    }

    @Test
    void dialect_A_wins_over_B_where_both_are_present() throws IOException {
        ModelConfig config = read(BACKBONE + "," + DIALECT_A + ","
                + DIALECT_B
                        .replace("\"lm_loss_weight\": 0.01,", "")
                        .replace("\"base_image_grid_size\": 64,", "")
                        .replace("\"image_size\": 64", "\"image_size\": 128"));
        assertEquals(ConfigDialect.A, config.dialect());
        assertEquals(1536, config.flowHead().dim());
        assertEquals(64, config.latent().size());
        assertEquals(1.0, config.loss().imageWeight());
    }

    @Test
    void missing_NextStep_keys_take_the_class_defaults() throws IOException {
        ModelConfig config = read(BACKBONE + ", \"genloss_type\": \"transport\"");
        assertEquals(new LatentConfig(32, 2, 16), config.latent());
        assertEquals(new FlowHeadConfig(1536, 12, 1.0, 4), config.flowHead());
    }

    @Test
    void a_missing_rope_theta_is_refused() {
        UserException error = assertThrows(
                UserException.class, () -> read(BACKBONE.replace("\"rope_theta\": 1000000.0,", "") + "," + DIALECT_A));
        assertTrue(error.getMessage().contains("rope_theta"), error.getMessage());
        assertTrue(error.getMessage().contains("config.json"), error.getMessage());
    }

    @Test
    void rope_theta_is_found_inside_rope_parameters() throws IOException {
        ModelConfig config = read(BACKBONE.replace(
                        "\"rope_theta\": 1000000.0",
                        "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 5e5}")
                + "," + DIALECT_A);
        assertEquals(5e5, config.backbone().ropeTheta());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"num_key_value_heads\": 8 | \"num_key_value_heads\": 7 | num_key_value_heads",
                "\"hidden_size\": 5120 | \"hidden_size\": \"wide\" | hidden_size",
                "\"hidden_size\": 5120 | \"hidden_size\": 0 | hidden_size",
                "\"head_dim\": 128 | \"head_dim\": 127 | head_dim",
                "\"head_dim\": 128 | \"head_dim\": 2000000000 | head_dim",
                "\"boi\": 151667 | \"boi\": 151668 | boi",
                "\"boi\": 151667 | \"boi\": 152064 | vocab_size",
                "\"boi\": 151667 | \"boi\": null | boi",
                "\"vocab_size\": 152064 | \"vocab_size\": 1.5 | vocab_size",
                "\"attention_bias\": true | \"attention_bias\": 1 | attention_bias",
                "\"attention_bias\": true | \"mlp_bias\": true | mlp_bias",
                "\"attention_bias\": true | \"hidden_act\": \"gelu\" | hidden_act",
                "\"attention_bias\": true | \"rope_scaling\": {\"type\": \"yarn\"} | yarn",
                "\"latent_patch_size\": 2 | \"latent_patch_size\": 3 | latent_size",
                "\"latent_patch_size\": 2 | \"stipple\": {\"generation\": {\"sampler\": \"s9\"}} | s9",
                "\"latent_patch_size\": 2 | \"stipple\": {\"generation\": {\"width\": 100}} | 100x512",
            })
    void an_impossible_value_is_refused_by_name(String from, String to, String named) {
        String json = (BACKBONE + "," + DIALECT_A).replace(from, to);
        UserException error = assertThrows(UserException.class, () -> read(json));
        assertTrue(error.getMessage().contains(named), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    @Test
    void broken_json_is_one_line_with_the_file_name() throws IOException {
        Files.writeString(dir.resolve("config.json"), "{\"hidden_size\": 5120, ");
        UserException error = assertThrows(UserException.class, () -> ModelConfigReader.read(dir));
        assertTrue(error.getMessage().contains("config.json is not valid JSON"), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    @Test
    void a_missing_file_is_named() {
        UserException error = assertThrows(UserException.class, () -> ModelConfigReader.read(dir));
        assertEquals("Missing file " + dir.resolve("config.json"), error.getMessage());
    }

    @Test
    void what_is_written_reads_back_equal_and_in_dialect_A() throws IOException {
        ModelConfig config = read(BACKBONE + "," + DIALECT_C);
        ModelConfig own = config.withBackbone(config.backbone().withRoundedRope(false))
                .withGeneration(new GenerationDefaults(
                        256,
                        128,
                        12,
                        3,
                        1.5,
                        2,
                        SamplerKind.ODE,
                        false,
                        0.4,
                        GuidanceSchedule.LINEAR_RISING,
                        "sharp",
                        "blur",
                        List.of("256x128")));
        ModelConfigWriter.write(dir, own, DType.BF16);
        ModelConfig again = ModelConfigReader.read(dir);
        assertEquals(ConfigDialect.A, again.dialect());
        assertEquals(own.backbone(), again.backbone());
        assertEquals(own.flowHead(), again.flowHead());
        assertEquals(own.latent(), again.latent());
        assertEquals(own.loss(), again.loss());
        assertEquals(own.tokens(), again.tokens());
        assertEquals(own.generation(), again.generation());
        assertTrue(Files.readString(dir.resolve("config.json")).contains("\"torch_dtype\" : \"bfloat16\""));
    }

    @Test
    void what_a_model_was_trained_for_is_said_or_left_open() throws IOException {
        ModelConfig silent = read(BACKBONE + "," + DIALECT_A);
        assertEquals(Set.of(), silent.tasks());
        assertTrue(silent.edits());
        ModelConfigWriter.write(dir, silent.withTasks(Set.of(Task.GENERATE)), DType.F32);
        assertEquals(Set.of(Task.GENERATE), ModelConfigReader.read(dir).tasks());
        assertFalse(ModelConfigReader.read(dir).edits());
        ModelConfigWriter.write(dir, silent.withTasks(Set.of(Task.EDIT, Task.GENERATE)), DType.F32);
        assertTrue(ModelConfigReader.read(dir).edits());
        assertTrue(Files.readString(dir.resolve("config.json")).contains("\"tasks\" : [ \"generate\", \"edit\" ]"));
        UserException unknown = assertThrows(
                UserException.class, () -> read(BACKBONE + "," + DIALECT_A + ", \"stipple\": {\"tasks\": [\"sing\"]}"));
        assertTrue(unknown.getMessage().contains("'sing'; known are generate, edit"), unknown.getMessage());
    }

    @Test
    void the_backbone_of_a_plain_Qwen_checkpoint_can_be_read_alone() throws IOException {
        Files.writeString(dir.resolve("config.json"), """
                {"model_type": "qwen2", "hidden_size": 896, "num_hidden_layers": 24, "num_attention_heads": 14,
                 "num_key_value_heads": 2, "intermediate_size": 4864, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
                 "vocab_size": 151936, "max_position_embeddings": 32768, "tie_word_embeddings": true}""");
        BackboneConfig backbone = ModelConfigReader.readBackbone(dir);
        assertTrue(backbone.attentionBias());
        assertFalse(backbone.outputBias());
        assertTrue(backbone.tied());
        assertEquals(64, backbone.headDim());
        assertThrows(UserException.class, () -> ModelConfigReader.read(dir), "it is not a NextStep checkpoint");
    }

    private ModelConfig read(String members) throws IOException {
        Files.writeString(dir.resolve("config.json"), "{" + members + "}");
        return ModelConfigReader.read(dir);
    }
}
