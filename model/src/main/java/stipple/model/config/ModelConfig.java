package stipple.model.config;

import java.util.Objects;
import java.util.Set;
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
 * @param tasks what it was trained for; empty if nobody says
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
        GenerationDefaults generation,
        Set<Task> tasks) {

    /** Checks what spans several groups: ids within the vocabulary, sizes in whole tokens. */
    public ModelConfig {
        Objects.requireNonNull(vaePath);
        Objects.requireNonNull(dialect);
        tasks = Set.copyOf(tasks);
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

    /** A model of which nobody says what it was trained for. */
    public ModelConfig(
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
        this(
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
                generation,
                Set.of());
    }

    /** Whether it may be asked to edit pictures: it was trained to, or does not say what it was trained for. */
    public boolean edits() {
        return tasks.isEmpty() || tasks.contains(Task.EDIT);
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
                generation,
                tasks);
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
                other,
                tasks);
    }

    /** The same model, trained for other tasks; an empty set says nothing. */
    public ModelConfig withTasks(Set<Task> other) {
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
                generation,
                other);
    }
}
