package stipple.model.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import stipple.model.files.JsonObjectFile;
import stipple.torch.DType;
import stipple.torch.UserException;

/**
 * Writes {@code config.json} in dialect A, the layout of NextStep-1-Large, so that the published loaders read it; what
 * they do not know (recommended settings, rounding of rotary frequencies) goes into a {@code stipple} object, which
 * they ignore.
 */
public final class ModelConfigWriter {
    private ModelConfigWriter() {}

    /**
     * Writes the config of a checkpoint.
     *
     * @param dir the checkpoint folder, created if need be
     * @param stored the type the weights are stored in
     * @throws UserException if the file cannot be written
     */
    public static void write(Path dir, ModelConfig config, DType stored) {
        JsonObjectFile.write(dir.resolve(ModelConfigReader.FILE), toJson(config, stored));
    }

    /** The config as JSON. */
    public static ObjectNode toJson(ModelConfig config, DType stored) {
        ObjectNode json = JsonObjectFile.newObject();
        json.putArray("architectures").add("NextStep");
        json.put("model_type", "nextstep");
        json.put("torch_dtype", torchName(stored));
        backbone(json, config.backbone());
        json.put("latent_size", config.latent().size());
        json.put("latent_patch_size", config.latent().patch());
        json.put("latent_channels", config.latent().channels());
        json.put("fm_head_dim", config.flowHead().dim());
        json.put("fm_head_layers", config.flowHead().layers());
        json.put("fm_head_mlp_ratio", config.flowHead().mlpRatio());
        json.put("fm_head_batch_mul", config.flowHead().batchMul());
        json.put("lm_loss_weight", config.loss().textWeight());
        json.put("im_loss_weight", config.loss().imageWeight());
        json.put("use_token_length_weight", config.loss().tokenLengthWeight());
        json.put("noise_strength", config.loss().noiseStrength());
        json.put("use_gen_pos_embed", config.useGenPosEmbed());
        json.put("base_image_grid_size", config.baseImageGridSize());
        json.put("use_mlp_before_lm_head", config.useMlpBeforeLmHead());
        json.put("vae_name_or_path", config.vaePath());
        SpecialTokens tokens = config.tokens();
        json.put("boi", tokens.boi());
        json.put("eoi", tokens.eoi());
        json.put("image_placeholder_id", tokens.imagePlaceholder());
        json.put("pad_token_id_added", tokens.pad());
        json.put("pad_token_id", tokens.pad());
        json.put("eos_token_id", tokens.eos());
        own(json.putObject(ModelConfigReader.STIPPLE), config);
        return json;
    }

    private static void backbone(ObjectNode json, BackboneConfig backbone) {
        json.put("hidden_size", backbone.hidden());
        json.put("num_hidden_layers", backbone.layers());
        json.put("num_attention_heads", backbone.heads());
        json.put("num_key_value_heads", backbone.kvHeads());
        json.put("head_dim", backbone.headDim());
        json.put("intermediate_size", backbone.intermediate());
        json.put("hidden_act", "silu");
        json.put("rms_norm_eps", backbone.rmsEps());
        json.put("rope_theta", backbone.ropeTheta());
        json.put("vocab_size", backbone.vocab());
        json.put("max_position_embeddings", backbone.maxPositions());
        json.put("tie_word_embeddings", backbone.tied());
        json.put("attention_bias", backbone.attentionBias());
        json.put("o_attention_bias", backbone.outputBias());
        json.put("mlp_bias", false);
        json.put("initializer_range", backbone.initializerRange());
        json.put("use_cache", true);
    }

    private static void own(ObjectNode own, ModelConfig config) {
        own.put("rounded_rope", config.backbone().roundedRope());
        Task.write(own, config.tasks());
        GenerationDefaults generation = config.generation();
        ObjectNode json = own.putObject("generation");
        json.put("width", generation.width());
        json.put("height", generation.height());
        json.put("steps", generation.steps());
        json.put("cfg", generation.cfg());
        json.put("cfg_img", generation.cfgImage());
        json.put("shift", generation.shift());
        json.put("sampler", generation.sampler().id());
        json.put("use_norm", generation.useNorm());
        json.put("context_noise", generation.contextNoise());
        json.put("cfg_schedule", generation.cfgSchedule().id());
        json.put("positive_prompt", generation.positivePrompt());
        json.put("negative_prompt", generation.negativePrompt());
        ArrayNode sizes = json.putArray("sizes");
        generation.sizes().forEach(sizes::add);
    }

    private static String torchName(DType stored) {
        return switch (stored) {
            case F32 -> "float32";
            case F64 -> "float64";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> throw new UserException("Weights cannot be stored as " + stored + "; use float32 or bfloat16");
        };
    }
}
