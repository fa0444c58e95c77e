package stipple.model.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * Reads {@code config.json} in any of the three dialects (reference §1.2). Where a file mixes them, dialect A wins;
 * where a NextStep key is missing, the published class default applies, because NextStep-1.1 itself relies on that.
 */
public final class ModelConfigReader {
    /** The file's name in a checkpoint folder. */
    public static final String FILE = "config.json";

    /** The object with Stipple's own additions. */
    public static final String STIPPLE = "stipple";

    /** Side of the position table where a config does not say: the 2025 code fixes it (reference §1.4). */
    private static final int FIRST_GRID_SIDE = 32;

    private ModelConfigReader() {}

    /**
     * Reads a NextStep checkpoint's config.
     *
     * @param dir the checkpoint folder
     * @throws UserException if the file is missing or malformed, says something unsupported, or contradicts itself
     */
    public static ModelConfig read(Path dir) {
        return parse(JsonObjectFile.read(dir.resolve(FILE)));
    }

    /**
     * Reads only the backbone of a plain Qwen2 or Qwen2.5 checkpoint, the start point of training.
     *
     * @param dir the checkpoint folder
     * @throws UserException as {@link #read}
     */
    public static BackboneConfig readBackbone(Path dir) {
        JsonObjectFile json = JsonObjectFile.read(dir.resolve(FILE));
        return named(json, () -> backbone(json, false));
    }

    /**
     * Interprets a parsed config.
     *
     * @throws UserException as {@link #read}
     */
    public static ModelConfig parse(JsonObjectFile json) {
        return named(json, () -> model(json));
    }

    private static ModelConfig model(JsonObjectFile json) {
        ConfigDialect dialect = ConfigDialect.of(json);
        if (!json.has("boi")) {
            throw new UserException(
                    json.where() + " has no 'boi' (begin-of-image id): this is not a NextStep checkpoint");
        }
        LatentConfig latent = new LatentConfig(
                integer(json, 32, "latent_size", "image_size"),
                integer(json, 2, "latent_patch_size", "patch_size"),
                integer(json, 16, "latent_channels", "num_channels"));
        FlowHeadConfig head = new FlowHeadConfig(
                integer(json, 1536, "fm_head_dim", "genloss_width"),
                integer(json, 12, "fm_head_layers", "genloss_depth"),
                json.number("fm_head_mlp_ratio", 1.0),
                integer(json, 4, "fm_head_batch_mul", "genloss_batch_mul"));
        LossConfig loss = new LossConfig(
                json.number("lm_loss_weight", dialect == ConfigDialect.C ? 1.0 : 0.01),
                json.number(first(json, "im_loss_weight", "image_loss_weight"), 1.0),
                json.flag("use_token_length_weight", false),
                json.number("noise_strength", 0.0));
        Optional<JsonObjectFile> own = json.object(STIPPLE);
        boolean rounded = own.map(o -> o.flag("rounded_rope", true)).orElse(true);
        return new ModelConfig(
                backbone(json, dialect == ConfigDialect.C).withRoundedRope(rounded),
                head,
                latent,
                loss,
                tokens(json),
                json.flag("use_gen_pos_embed", false),
                json.integer("base_image_grid_size", FIRST_GRID_SIDE),
                json.flag("use_mlp_before_lm_head", false),
                json.text("vae_name_or_path", "vae"),
                dialect,
                generation(own, GenerationDefaults.of(dialect, latent.trainingPixels())),
                own.map(Task::read).orElse(Set.of()));
    }

    private static BackboneConfig backbone(JsonObjectFile json, boolean qwenClass) {
        refuseUnsupported(json);
        int hidden = json.integer("hidden_size");
        int heads = json.integer("num_attention_heads");
        if (!json.has("head_dim") && heads > 0) {
            Checks.divides("num_attention_heads", heads, "hidden_size", hidden);
        }
        // A Qwen2 config has no such key: its class always has a bias on q, k and v and none on o.
        boolean qwen = qwenClass || "qwen2".equals(json.text("model_type", ""));
        boolean attentionBias = qwen || json.flag("attention_bias", false);
        boolean outputBias = !qwen && json.flag("o_attention_bias", attentionBias);
        return new BackboneConfig(
                hidden,
                json.integer("num_hidden_layers"),
                heads,
                json.integer("num_key_value_heads", heads),
                json.integer("head_dim", heads > 0 ? hidden / heads : 0),
                json.integer("intermediate_size"),
                json.number("rms_norm_eps", 1e-6),
                ropeTheta(json),
                json.integer("vocab_size"),
                json.integer("max_position_embeddings"),
                json.flag("tie_word_embeddings", false),
                attentionBias,
                outputBias,
                json.number("initializer_range", 0.02),
                true);
    }

    /** Newer files keep the base inside {@code rope_parameters}; a missing one would silently mean 10000 (§7.3). */
    private static double ropeTheta(JsonObjectFile json) {
        if (json.has("rope_theta")) {
            return json.number("rope_theta");
        }
        Optional<JsonObjectFile> parameters = json.object("rope_parameters");
        if (parameters.isPresent() && parameters.get().has("rope_theta")) {
            return parameters.get().number("rope_theta");
        }
        throw new UserException(json.where()
                + " has no 'rope_theta'; guessing it would silently ruin the output (released models use 1000000.0)");
    }

    private static void refuseUnsupported(JsonObjectFile json) {
        String activation = json.text("hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw new UserException(json.where() + ": hidden_act '" + activation + "' is not supported, only 'silu'");
        }
        if (json.flag("mlp_bias", false)) {
            throw new UserException(json.where() + ": mlp_bias true is not supported");
        }
        if (json.flag("use_sliding_window", false)) {
            throw new UserException(json.where() + ": use_sliding_window true is not supported");
        }
        for (String key : List.of("rope_scaling", "rope_parameters")) {
            json.object(key).ifPresent(rope -> {
                String kind = rope.text(first(rope, "rope_type", "type"), "default");
                if (!kind.equals("default")) {
                    throw new UserException(
                            json.where() + ": " + key + " of type '" + kind + "' is not supported, only plain RoPE");
                }
            });
        }
    }

    private static SpecialTokens tokens(JsonObjectFile json) {
        int eos = json.integer("eos_token_id");
        return new SpecialTokens(
                json.integer("boi"),
                json.integer("eoi"),
                json.integer("image_placeholder_id"),
                integer(json, eos, "pad_token_id_added", "pad_token_id"),
                eos);
    }

    private static GenerationDefaults generation(Optional<JsonObjectFile> own, GenerationDefaults derived) {
        return own.flatMap(o -> o.object("generation"))
                .map(g -> new GenerationDefaults(
                        g.integer("width", derived.width()),
                        g.integer("height", derived.height()),
                        g.integer("steps", derived.steps()),
                        g.number("cfg", derived.cfg()),
                        g.number("cfg_img", derived.cfgImage()),
                        g.number("shift", derived.shift()),
                        SamplerKind.of(g.text("sampler", derived.sampler().id())),
                        g.flag("use_norm", derived.useNorm()),
                        g.number("context_noise", derived.contextNoise()),
                        GuidanceSchedule.of(
                                g.text("cfg_schedule", derived.cfgSchedule().id())),
                        g.text("positive_prompt", derived.positivePrompt()),
                        g.text("negative_prompt", derived.negativePrompt()),
                        g.texts("sizes", derived.sizes())))
                .orElse(derived);
    }

    private static int integer(JsonObjectFile json, int absent, String... keys) {
        return json.integer(first(json, keys), absent);
    }

    private static String first(JsonObjectFile json, String... keys) {
        return json.firstOf(List.of(keys)).orElse(keys[0]);
    }

    /** Puts the file's name in front of what the records' own checks say. */
    private static <T> T named(JsonObjectFile json, Supplier<T> body) {
        try {
            return body.get();
        } catch (UserException mistake) {
            if (mistake.getMessage().startsWith(json.where())) {
                throw mistake;
            }
            throw new UserException(json.where() + ": " + mistake.getMessage(), mistake);
        }
    }
}
