package stipple.train.objective;

import java.util.List;
import stipple.model.agreement.DualEncoderConfig;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.config.ModelConfig;
import stipple.model.config.VaeConfig;
import stipple.torch.DType;
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
        return NextStepCost.of(
                config,
                textTokens,
                imageTokens,
                recipe.compute(),
                recipe.nextstep().activationCheckpointing(),
                recipe.lora() != null);
    }
}
