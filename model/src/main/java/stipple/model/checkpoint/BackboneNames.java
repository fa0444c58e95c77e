package stipple.model.checkpoint;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.ModelConfig;

/**
 * Names and shapes of a NextStep model's tensors (reference §1.4). The names are those of the released files, which are
 * the Qwen2.5 names without their {@code model.} prefix, so a Qwen2.5 checkpoint fits the backbone's part.
 */
public final class BackboneNames {
    private BackboneNames() {}

    /** All tensors of a model, in the released order. */
    public static List<ExpectedTensor> expected(ModelConfig config) {
        List<ExpectedTensor> result = new ArrayList<>(expectedBackbone(config.backbone()));
        int hidden = config.backbone().hidden();
        int token = config.latent().tokenWidth();
        if (config.useMlpBeforeLmHead()) {
            linear(result, "before_lm_head", hidden, hidden);
        }
        linear(result, "image_in_projector", hidden, token);
        linear(result, "image_out_projector", hidden, hidden);
        flowHead(result, config.flowHead(), hidden, token);
        if (config.useGenPosEmbed()) {
            long side = config.baseImageGridSize();
            result.add(ExpectedTensor.optional("gen_pos_embed", 1, side * side, hidden));
        } else {
            // The 2025 code stored the table whether it was used or not, always with a side of 32.
            result.add(ExpectedTensor.ignored("gen_pos_embed"));
        }
        return List.copyOf(result);
    }

    /** The language model's tensors alone: what a Qwen2.5 checkpoint holds. */
    public static List<ExpectedTensor> expectedBackbone(BackboneConfig config) {
        List<ExpectedTensor> result = new ArrayList<>();
        result.add(ExpectedTensor.required("embed_tokens.weight", config.vocab(), config.hidden()));
        for (int layer = 0; layer < config.layers(); layer++) {
            layer(result, "layers." + layer + ".", config);
        }
        result.add(ExpectedTensor.required("norm.weight", config.hidden()));
        long[] head = {config.vocab(), config.hidden()};
        // A tied head is the embedding; files may repeat it.
        result.add(
                config.tied()
                        ? ExpectedTensor.optional("lm_head.weight", head)
                        : ExpectedTensor.required("lm_head.weight", head));
        return List.copyOf(result);
    }

    /** Number of parameters that a model must have, counted without loading it. */
    public static long parameters(ModelConfig config) {
        return expected(config).stream()
                .filter(t -> t.presence() == ExpectedTensor.Presence.REQUIRED)
                .mapToLong(t -> Shapes.count(t.shape()))
                .sum();
    }

    private static void layer(List<ExpectedTensor> result, String prefix, BackboneConfig config) {
        int hidden = config.hidden();
        result.add(ExpectedTensor.required(prefix + "input_layernorm.weight", hidden));
        projection(result, prefix + "self_attn.q_proj", config.queryWidth(), hidden, config.attentionBias());
        projection(result, prefix + "self_attn.k_proj", config.keyValueWidth(), hidden, config.attentionBias());
        projection(result, prefix + "self_attn.v_proj", config.keyValueWidth(), hidden, config.attentionBias());
        result.add(ExpectedTensor.required(prefix + "self_attn.o_proj.weight", hidden, config.queryWidth()));
        // Configs contradict each other about this bias; the tensors present decide (§7.2).
        result.add(ExpectedTensor.optional(prefix + "self_attn.o_proj.bias", hidden));
        result.add(ExpectedTensor.required(prefix + "post_attention_layernorm.weight", hidden));
        result.add(ExpectedTensor.required(prefix + "mlp.gate_proj.weight", config.intermediate(), hidden));
        result.add(ExpectedTensor.required(prefix + "mlp.up_proj.weight", config.intermediate(), hidden));
        result.add(ExpectedTensor.required(prefix + "mlp.down_proj.weight", hidden, config.intermediate()));
    }

    private static void flowHead(List<ExpectedTensor> result, FlowHeadConfig config, int hidden, int token) {
        String net = "image_head.net.";
        int dim = config.dim();
        int mlp = config.mlpWidth();
        linear(result, net + "time_embed.mlp.0", dim, FlowHeadConfig.TIME_FEATURES);
        linear(result, net + "time_embed.mlp.2", dim, dim);
        linear(result, net + "cond_embed", dim, hidden);
        linear(result, net + "input_proj", dim, token);
        for (int block = 0; block < config.layers(); block++) {
            String prefix = net + "res_blocks." + block + ".";
            result.add(ExpectedTensor.required(prefix + "in_ln.weight", dim));
            result.add(ExpectedTensor.required(prefix + "in_ln.bias", dim));
            linear(result, prefix + "mlp.0", mlp, dim);
            linear(result, prefix + "mlp.2", dim, mlp);
            linear(result, prefix + "adaLN_modulation.1", 3L * dim, dim);
        }
        linear(result, net + "final_layer.adaLN_modulation.1", 2L * dim, dim);
        linear(result, net + "final_layer.linear", token, dim);
    }

    private static void projection(List<ExpectedTensor> result, String name, long out, long in, boolean bias) {
        result.add(ExpectedTensor.required(name + ".weight", out, in));
        if (bias) {
            result.add(ExpectedTensor.required(name + ".bias", out));
        }
    }

    private static void linear(List<ExpectedTensor> result, String name, long out, long in) {
        projection(result, name, out, in, true);
    }
}
