package stipple.train.objective;

import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SamplerKind;
import stipple.model.config.SpecialTokens;
import stipple.model.config.VaeConfig;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;

/** Derives a model's configuration from a recipe and the tokenizers it names. */
final class NextStepConfigs {
    private static final double ROPE_THETA = 1_000_000;
    private static final double INITIALIZER_RANGE = 0.02;
    private static final int MAX_POSITIONS = 4096;

    private NextStepConfigs() {}

    static ModelConfig of(Recipe recipe, PromptTokenizer tokenizer, VaeConfig vae) {
        NextStepRecipe r = recipe.nextstep();
        int pixels = recipe.data().size();
        int latentSize = pixels / LatentConfig.PIXELS_PER_CELL;
        int patch = Math.max(1, vae.psz());
        return new ModelConfig(
                new BackboneConfig(
                        r.hidden(),
                        r.layers(),
                        r.heads(),
                        r.kvHeads(),
                        r.hidden() / r.heads(),
                        r.intermediate(),
                        1e-6,
                        ROPE_THETA,
                        tokenizer.size(),
                        MAX_POSITIONS,
                        false,
                        true,
                        false,
                        INITIALIZER_RANGE,
                        // The rounding is an accident of how the published weights were trained; ours are not bound to
                        // it.
                        false),
                new FlowHeadConfig(r.headDim(), r.headLayers(), 1, r.headRepeats()),
                new LatentConfig(latentSize, patch, vae.zChannels()),
                new LossConfig(r.textWeight(), r.imageWeight(), false, 0),
                new SpecialTokens(
                        tokenizer.id(SpecialText.BEGIN_OF_IMAGE),
                        tokenizer.id(SpecialText.END_OF_IMAGE),
                        tokenizer.id(SpecialText.IMAGE_PLACEHOLDER),
                        tokenizer.id("[PAD]"),
                        tokenizer.id("<|endoftext|>")),
                false,
                latentSize / patch,
                false,
                "vae",
                ConfigDialect.A,
                new GenerationDefaults(
                        pixels,
                        pixels,
                        recipe.samples().steps(),
                        recipe.samples().cfg(),
                        1,
                        1,
                        SamplerKind.ODE,
                        true,
                        GuidanceSchedule.CONSTANT,
                        "",
                        "",
                        List.of(pixels + "x" + pixels)));
    }
}
