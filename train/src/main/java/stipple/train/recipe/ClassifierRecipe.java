package stipple.train.recipe;

import java.util.List;
import stipple.torch.UserException;

/**
 * The classifier of pictures to train.
 *
 * @param label which of the metadata it tells, such as {@code style}
 * @param hidden numbers between its layers
 * @param blur strongest blur of the pictures, 1 for a whole 3x3 binomial filter: drawn pictures are softer than rendered ones
 * @param noise strongest noise of the pictures, whose values are from -1 to 1
 * @param autoencoders folders of image tokenizers through which pictures are sent, so that drawn ones are told as well as rendered ones
 * @param copies pictures that are sent through each of them; only with {@code autoencoders}
 * @param copySize side in pixels at which they are sent, before they are reduced to {@code data.size}: that of the pictures which will be
 *     judged, because an image tokenizer spoils small pictures more; left out, {@code data.size}
 * @param alsoMeasured further shard families that are measured, beside {@code data.holdout}
 */
public record ClassifierRecipe(
        String label,
        int hidden,
        double blur,
        double noise,
        List<String> autoencoders,
        Integer copies,
        Integer copySize,
        List<String> alsoMeasured) {
    /** Checks presence and ranges. */
    public ClassifierRecipe {
        Checks.present("classifier.label", label);
        autoencoders = autoencoders == null ? List.of() : List.copyOf(autoencoders);
        if (!autoencoders.isEmpty()) {
            Checks.present("classifier.copies", copies);
            Checks.positive("classifier.copies", copies);
            Checks.positiveIfGiven("classifier.copy_size", copySize);
        } else if (copies != null || copySize != null) {
            throw new UserException("Recipe: classifier." + (copies == null ? "copy_size" : "copies")
                    + " wants classifier.autoencoders, through which they are sent");
        }
        alsoMeasured = alsoMeasured == null ? List.of() : List.copyOf(alsoMeasured);
        Checks.positive("classifier.hidden", hidden);
        Checks.notNegative("classifier.blur", blur);
        Checks.notNegative("classifier.noise", noise);
    }
}
