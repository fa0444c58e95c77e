package stipple.model.config;

import java.util.Objects;
import stipple.torch.UserException;

/**
 * A NextStep model, whatever dialect its {@code config.json} was written in.
 *
 * @param backbone the language model
 * @param flowHead the flow-matching head
 * @param latent how latents become tokens
 * @param loss training weights
 * @param tokens special token ids
 * @param useGenPosEmbed whether the generation position table is added (§2.10)
 * @param baseImageGridSize side of that table in tokens; only read when the table is used
 * @param useMlpBeforeLmHead whether {@code before_lm_head} exists
 * @param vaePath where the image tokenizer lies, relative to the checkpoint unless absolute
 * @param dialect how the file was written
 * @param generation recommended settings
 */
public record ModelConfig(
        BackboneConfig backbone,
        FlowHeadConfig flowHead,
        LatentConfig latent,
        LossConfig loss,
        SpecialTokens tokens,
        boolean useGenPosEmbed,
        int baseImageGridSize,
        boolean useMlpBeforeLmHead,
        String vaePath,
        ConfigDialect dialect,
        GenerationDefaults generation) {

    /** Checks what spans several groups: ids within the vocabulary, sizes in whole tokens. */
    public ModelConfig {
        Objects.requireNonNull(vaePath);
        Objects.requireNonNull(dialect);
        Checks.positive("base_image_grid_size", baseImageGridSize);
        if (useGenPosEmbed) {
            Checks.divides("4 (for the position table)", 4, "hidden_size", backbone.hidden());
        }
        tokens.requireBelow(backbone.vocab());
        int pixels = latent.pixelsPerToken();
        if (generation.width() % pixels != 0 || generation.height() % pixels != 0) {
            throw new UserException("Config: the recommended size " + generation.width() + "x" + generation.height()
                    + " is not in whole tokens of " + pixels + " pixels");
        }
    }

    /** The same model with another backbone description. */
    public ModelConfig withBackbone(BackboneConfig other) {
        return new ModelConfig(
                other,
                flowHead,
                latent,
                loss,
                tokens,
                useGenPosEmbed,
                baseImageGridSize,
                useMlpBeforeLmHead,
                vaePath,
                dialect,
                generation);
    }

    /** The same model with other recommended settings. */
    public ModelConfig withGeneration(GenerationDefaults other) {
        return new ModelConfig(
                backbone,
                flowHead,
                latent,
                loss,
                tokens,
                useGenPosEmbed,
                baseImageGridSize,
                useMlpBeforeLmHead,
                vaePath,
                dialect,
                other);
    }
}
