package stipple.train.start;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SamplerKind;
import stipple.model.config.Task;
import stipple.model.config.VaeConfig;
import stipple.torch.UserException;
import stipple.train.recipe.MixturePart;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.StageRecipe;

/** Derives a model's configuration from a recipe, what it starts from, and the tokenizers. */
public final class ModelShapes {
    private static final double ROPE_THETA = 1_000_000;
    private static final double INITIALIZER_RANGE = 0.02;
    private static final int MAX_POSITIONS = 4096;

    private ModelShapes() {}

    /**
     * The configuration of a run's model.
     *
     * @throws UserException if a key contradicts what the run starts from
     */
    public static ModelConfig of(Recipe recipe, StartPoint start, Vocabulary vocabulary, VaeConfig vae) {
        NextStepRecipe r = recipe.nextstep();
        int pixels = recipe.data().size();
        int cells = pixels / LatentConfig.PIXELS_PER_CELL;
        int patch = Math.max(1, vae.psz());
        BackboneConfig backbone = backbone(r, start, vocabulary);
        LatentConfig latent = new LatentConfig(cells, patch, vae.zChannels());
        if (start instanceof StartPoint.Checkpoint checkpoint) {
            same(
                    "token width, the channels of a patch of the image tokenizer,",
                    latent.tokenWidth(),
                    checkpoint.config().latent().tokenWidth());
        }
        return new ModelConfig(
                backbone,
                head(r, start),
                latent,
                new LossConfig(r.textWeight(), r.imageWeight(), false, r.noiseStrength()),
                vocabulary.tokens(),
                false,
                cells / patch,
                start instanceof StartPoint.Checkpoint c && c.config().useMlpBeforeLmHead(),
                "vae",
                ConfigDialect.A,
                generation(recipe),
                tasks(recipe, start));
    }

    /** What the run teaches, and what its start could do before. */
    private static Set<Task> tasks(Recipe recipe, StartPoint start) {
        boolean edits = recipe.data().mixture().stream().anyMatch(MixturePart::edits);
        Set<Task> taught = edits ? EnumSet.allOf(Task.class) : EnumSet.of(Task.GENERATE);
        return start instanceof StartPoint.Checkpoint checkpoint
                ? Task.union(taught, checkpoint.config().tasks())
                : taught;
    }

    private static BackboneConfig backbone(NextStepRecipe r, StartPoint start, Vocabulary vocabulary) {
        int vocab = vocabulary.size();
        if (r.vocab() != null) {
            if (r.vocab() < vocab) {
                throw new UserException(
                        "Recipe: nextstep.vocab is " + r.vocab() + ", but the tokenizer has " + vocab + " tokens");
            }
            vocab = r.vocab();
        }
        return switch (start) {
            case StartPoint.Scratch scratch ->
                new BackboneConfig(
                        r.hidden(),
                        r.layers(),
                        r.heads(),
                        r.kvHeads(),
                        r.hidden() / r.heads(),
                        r.intermediate(),
                        1e-6,
                        ROPE_THETA,
                        vocab,
                        MAX_POSITIONS,
                        false,
                        true,
                        false,
                        INITIALIZER_RANGE,
                        // The rounding is an accident of how the published weights were trained; ours are not bound to
                        // it.
                        false);
            case StartPoint.Checkpoint checkpoint ->
                grown(
                        r,
                        checkpoint.config().backbone(),
                        vocab,
                        checkpoint.config().backbone().roundedRope());
            case StartPoint.LanguageModel model -> grown(r, model.backbone(), vocab, false);
        };
    }

    /** A backbone with more rows for tokens if need be, and a head of its own if the recipe says so. */
    private static BackboneConfig grown(NextStepRecipe r, BackboneConfig b, int vocab, boolean rounded) {
        same("nextstep.hidden", r.hidden(), b.hidden());
        same("nextstep.layers", r.layers(), b.layers());
        same("nextstep.heads", r.heads(), b.heads());
        same("nextstep.kv_heads", r.kvHeads(), b.kvHeads());
        same("nextstep.intermediate", r.intermediate(), b.intermediate());
        if (r.untie() && !b.tied()) {
            throw new UserException("Recipe: nextstep.untie: the language head of " + r.init()
                    + " is not shared with the embedding; leave the key out");
        }
        return new BackboneConfig(
                b.hidden(),
                b.layers(),
                b.heads(),
                b.kvHeads(),
                b.headDim(),
                b.intermediate(),
                b.rmsEps(),
                b.ropeTheta(),
                Math.max(vocab, b.vocab()),
                b.maxPositions(),
                b.tied() && !r.untie(),
                b.attentionBias(),
                b.outputBias(),
                b.initializerRange(),
                rounded);
    }

    private static FlowHeadConfig head(NextStepRecipe r, StartPoint start) {
        if (start instanceof StartPoint.Checkpoint checkpoint) {
            FlowHeadConfig head = checkpoint.config().flowHead();
            boolean fresh = r.reinit().contains(ModelWeights.FLOW_HEAD);
            if (!fresh) {
                same("nextstep.head_dim", r.headDim(), head.dim());
                same("nextstep.head_layers", r.headLayers(), head.layers());
            }
            return new FlowHeadConfig(
                    r.headDim() == null ? head.dim() : r.headDim(),
                    r.headLayers() == null ? head.layers() : r.headLayers(),
                    head.mlpRatio(),
                    r.headRepeats() == null ? head.batchMul() : r.headRepeats());
        }
        if (r.headDim() == null || r.headLayers() == null || r.headRepeats() == null) {
            String missing = r.headDim() == null ? "head_dim" : r.headLayers() == null ? "head_layers" : "head_repeats";
            throw new UserException("Recipe: the key 'nextstep." + missing
                    + "' is missing; a language model has no flow head that would say it");
        }
        return new FlowHeadConfig(r.headDim(), r.headLayers(), 1, r.headRepeats());
    }

    private static void same(String key, Integer given, int found) {
        if (given != null && given != found) {
            throw new UserException("Recipe: " + key + " is " + given + ", but that of nextstep.init is " + found
                    + "; leave the key out or start from another model");
        }
    }

    private static GenerationDefaults generation(Recipe recipe) {
        int pixels = recipe.data().size();
        return new GenerationDefaults(
                pixels,
                pixels,
                recipe.samples().steps(),
                recipe.samples().cfg(),
                1,
                1,
                SamplerKind.ODE,
                true,
                recipe.samples().contextNoise(),
                GuidanceSchedule.CONSTANT,
                "",
                "",
                Stream.concat(Stream.of(pixels), bases(recipe).stream())
                        .distinct()
                        .map(side -> side + "x" + side)
                        .toList());
    }

    /** The sides of the squares that the run ends with. */
    private static List<Integer> bases(Recipe recipe) {
        List<StageRecipe> stages = recipe.data().stages();
        return stages.isEmpty() ? recipe.data().bases() : stages.getLast().bases();
    }
}
