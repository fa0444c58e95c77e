package stipple.train.objective;

import java.util.List;
import stipple.model.agreement.DualEncoderConfig;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.classify.ClassifierConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.VaeConfig;
import stipple.torch.DType;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.MixturePart;
import stipple.train.recipe.Recipe;

/** Counts what a picture or a row costs before any data are read. */
public final class Workloads {
    /** Tokens around a picture: its size in text, begin and end. */
    private static final int FRAME = 8;

    private Workloads() {}

    /** One square picture of the image tokenizer. */
    public static Workload autoencoder(
            VaeConfig config, List<ExpectedTensor> shapes, int size, DType compute, boolean decoderAlone) {
        return AutoencoderCost.of(config, shapes, size, compute, decoderAlone);
    }

    /**
     * One picture of a dual encoder. Three maps are kept per residual convolution; captions cost nothing beside it.
     *
     * @param config the shape of the network
     */
    public static Workload dualEncoder(Recipe recipe, DualEncoderConfig config) {
        double captions = recipe.batch() + recipe.dualEncoder().negatives();
        double products = 2.0 * captions * config.embedding()
                + 2.0 * captions / recipe.batch() * config.embedding() * config.sentence();
        return new Workload(
                1,
                3 * (config.flops() + products),
                config.activations() * recipe.compute().bytes());
    }

    /** A preference pair: winner and loser there and back, and the reference one way, which is a third as much. */
    public static Workload pair(Workload row) {
        return new Workload(2 * row.tokens(), 2 * row.flops() * 4 / 3, 2 * row.activationBytes());
    }

    /**
     * A prompt with its group of pictures: drawn token by token, then there and back in one pass, the head at the optimised flow
     * steps alone; with a reference another way there. Guidance doubles all of it.
     *
     * @param textTokens of a prompt
     * @param imageTokens of a picture
     */
    public static Workload group(Recipe recipe, ModelConfig config, double textTokens, double imageTokens) {
        GrpoRecipe grpo = recipe.grpo();
        Workload row = row(recipe, config, textTokens, imageTokens, grpo.flowSteps());
        Workload drawn = row(recipe, config, textTokens, imageTokens, grpo.steps());
        double there = recipe.lora() == null ? 3 : 2;
        double passes = (1 + (grpo.kl() > 0 ? 1 / there : 0)) * row.flops();
        double sampling = drawn.flops() / there / grpo.updates();
        double pictures = grpo.group() * (grpo.cfg() > 1 ? 2.0 : 1.0);
        return new Workload(
                grpo.group() * row.tokens(), pictures * (passes + sampling), pictures * row.activationBytes());
    }

    private static Workload row(
            Recipe recipe, ModelConfig config, double textTokens, double imageTokens, int evaluations) {
        return NextStepCost.of(
                config,
                textTokens,
                imageTokens,
                evaluations,
                recipe.compute(),
                recipe.nextstep().activationCheckpointing(),
                recipe.lora() != null);
    }

    /** What a sample of post-training costs: a pair, or a group, with prompts of the longest allowed length. */
    public static Workload post(Recipe recipe, ModelConfig config) {
        double image = Math.pow((double) recipe.data().size() / config.latent().pixelsPerToken(), 2);
        double text = recipe.nextstep().maxText() + FRAME;
        Workload learned = recipe.grpo() == null
                ? pair(row(recipe, config, text, image, config.flowHead().batchMul()))
                : group(recipe, config, text, image);
        return recipe.replay() == null ? learned : learned.and(nextStep(recipe, config));
    }

    /** One picture of a classifier. */
    public static Workload classifier(ClassifierConfig config) {
        return new Workload(1, 3 * config.flops(), 3.0 * config.hidden() * Float.BYTES);
    }

    /** One row of the model, as full of pictures as captions of the longest allowed length leave it. */
    public static Workload nextStep(Recipe recipe, ModelConfig config) {
        int side = config.latent().pixelsPerToken();
        int pixels = recipe.data().size();
        double picture = Math.pow((double) pixels / side, 2);
        double text = recipe.nextstep().maxText() + FRAME;
        double textTokens = text;
        double imageTokens = picture;
        if (!recipe.data().mixture().isEmpty()) {
            double weights = 0;
            double withPictures = 0;
            for (MixturePart part : recipe.data().mixture()) {
                weights += part.weight();
                withPictures += part.category().equals("text") ? 0 : part.weight();
            }
            double share = withPictures / weights * picture / (picture + text);
            imageTokens = share * recipe.data().pack();
            textTokens = recipe.data().pack() - imageTokens;
        }
        return row(recipe, config, textTokens, imageTokens, config.flowHead().batchMul());
    }
}
