package stipple.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.checkpoint.ExpectedTensor.Presence;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SpecialTokens;
import stipple.model.config.VaeConfig;
import stipple.torch.DType;
import stipple.torch.UserException;

class NamesTest {
    private static final VaeConfig RELEASED =
            new VaeConfig(512, 3, 3, 128, List.of(1, 2, 4, 4), 2, 16, 1, 0, true, true, 2, 0);

    @Test
    void the_released_image_tokenizer_has_244_tensors_and_83819683_parameters() {
        List<ExpectedTensor> all = new VaeNames(RELEASED).expected();
        assertEquals(244, all.size());
        assertEquals(83_819_683, parameters(all));
        assertEquals(
                106, all.stream().filter(t -> t.name().startsWith("encoder.")).count());
    }

    @Test
    void the_released_model_has_691_tensors_and_14953814080_parameters() {
        List<ExpectedTensor> all = BackboneNames.expected(large(false, false)).stream()
                .filter(tensor -> tensor.presence() == Presence.REQUIRED)
                .toList();
        assertEquals(691, all.size());
        assertEquals(14_953_814_080L, parameters(all));
        List<ExpectedTensor> head =
                all.stream().filter(t -> t.name().startsWith("image_head.")).toList();
        assertEquals(157_228_096, parameters(head));
    }

    @Test
    void optional_parts_of_the_model_follow_its_flags() {
        assertEquals(
                Presence.IGNORED, find(large(false, false), "gen_pos_embed").presence());
        ExpectedTensor table = find(large(true, true), "gen_pos_embed");
        assertEquals(Presence.OPTIONAL, table.presence());
        assertArrayEquals(new long[] {1, 1024, 5120}, table.shape());
        assertArrayEquals(
                new long[] {5120, 5120},
                find(large(true, true), "before_lm_head.weight").shape());
        assertEquals(
                Presence.OPTIONAL,
                find(large(false, false), "layers.7.self_attn.o_proj.bias").presence());
    }

    @ParameterizedTest
    @CsvSource({
        "encoder.conv_in.weight, encoder.conv_in.weight",
        "encoder.down.1.block.0.nin_shortcut.bias, encoder.down_blocks.1.resnets.0.conv_shortcut.bias",
        "encoder.down.2.downsample.conv.weight, encoder.down_blocks.2.downsamplers.0.conv.weight",
        "encoder.mid.block_2.norm1.bias, encoder.mid_block.resnets.1.norm1.bias",
        "encoder.mid.attn_1.norm.weight, encoder.mid_block.attentions.0.group_norm.weight",
        "decoder.mid.attn_1.proj_out.bias, decoder.mid_block.attentions.0.to_out.0.bias",
        "decoder.mid.attn_1.q.weight, decoder.mid_block.attentions.0.to_q.weight",
        "decoder.up.0.block.2.conv1.weight, decoder.up_blocks.3.resnets.2.conv1.weight",
        "decoder.up.3.upsample.conv.bias, decoder.up_blocks.0.upsamplers.0.conv.bias",
        "decoder.norm_out.weight, decoder.conv_norm_out.weight",
        "decoder.conv_out.bias, decoder.conv_out.bias",
    })
    void image_tokenizer_names_translate_both_ways(String canonical, String diffusers) {
        VaeNames names = new VaeNames(RELEASED);
        assertEquals(diffusers, names.toDiffusers(canonical));
        assertEquals(canonical, names.toCanonical(diffusers));
        assertEquals(canonical, names.toCanonical(canonical));
    }

    @Test
    void diffusers_names_are_all_different() {
        VaeNames names = new VaeNames(RELEASED);
        assertEquals(
                244,
                names.expected().stream()
                        .map(tensor -> names.toDiffusers(tensor.name()))
                        .distinct()
                        .count());
    }

    @Test
    void squeezed_attention_weights_become_convolutions_again() {
        VaeNames names = new VaeNames(RELEASED);
        Map<String, StoredTensor> canonical = names.canonical(Map.of(
                "decoder.mid_block.attentions.0.to_k.weight",
                tensor("decoder.mid_block.attentions.0.to_k.weight", 512, 512)));
        assertArrayEquals(
                new long[] {512, 512, 1, 1},
                canonical.get("decoder.mid.attn_1.k.weight").shape());
    }

    @Test
    void one_tensor_under_both_names_is_refused() {
        Map<String, StoredTensor> both = new LinkedHashMap<>();
        both.put("decoder.norm_out.bias", tensor("decoder.norm_out.bias", 128));
        both.put("decoder.conv_norm_out.bias", tensor("decoder.conv_norm_out.bias", 128));
        assertThrows(UserException.class, () -> new VaeNames(RELEASED).canonical(both));
    }

    @Test
    void a_misfit_lists_everything_that_is_wrong_in_one_line() {
        List<ExpectedTensor> expected = List.of(
                ExpectedTensor.required("here", 2),
                ExpectedTensor.required("gone", 2),
                ExpectedTensor.optional("bent", 2, 3),
                ExpectedTensor.ignored("old"));
        Map<String, StoredTensor> present = new LinkedHashMap<>();
        present.put("here", tensor("here", 2));
        present.put("bent", tensor("bent", 3, 2));
        present.put("old", tensor("old", 9));
        for (int i = 0; i < 11; i++) {
            present.put("x" + i, tensor("x" + i, 1));
        }
        UserException error = assertThrows(UserException.class, () -> ExpectedTensors.check("ckpt", expected, present));
        assertEquals(
                "The weights in ckpt do not fit the config: 1 missing (gone); 11 unexpected (x0, x1, x2, x3, x4, x5,"
                        + " x6, x7 and 3 more); 1 of another shape (bent [3, 2] instead of [2, 3])",
                error.getMessage());
        assertTrue(error.getMessage().indexOf('\n') < 0);
    }

    private static StoredTensor tensor(String name, long... shape) {
        return new StoredTensor(name, DType.U8, shape, MemorySegment.ofArray(new byte[(int) Shapes.count(shape)]));
    }

    private static long parameters(List<ExpectedTensor> tensors) {
        return tensors.stream()
                .mapToLong(tensor -> Shapes.count(tensor.shape()))
                .sum();
    }

    private static ExpectedTensor find(ModelConfig config, String name) {
        return BackboneNames.expected(config).stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ModelConfig large(boolean genPosEmbed, boolean mlpBeforeHead) {
        BackboneConfig backbone = new BackboneConfig(
                5120, 48, 40, 8, 128, 13824, 1e-5, 1e6, 152064, 131072, false, true, false, 0.02, true);
        return new ModelConfig(
                backbone,
                new FlowHeadConfig(1536, 12, 1.0, 4),
                new LatentConfig(64, 2, 16),
                new LossConfig(0.01, 1, false, 0),
                new SpecialTokens(151667, 151668, 151669, 151665, 151643),
                genPosEmbed,
                32,
                mlpBeforeHead,
                "vae",
                ConfigDialect.A,
                GenerationDefaults.of(ConfigDialect.A, 512));
    }
}
