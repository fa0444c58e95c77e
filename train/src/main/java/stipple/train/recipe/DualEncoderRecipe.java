package stipple.train.recipe;

import java.util.List;
import stipple.model.agreement.DualEncoderConfig;

/**
 * The dual encoder to train: which caption belongs to a picture.
 *
 * @param captions folder of the captions' vectors, made by {@code stipple data build captions} of the same data set
 * @param widths channels of the stages of the picture network, each half as large as the one before
 * @param blocks residual blocks of every stage but the first
 * @param embedding numbers of a vector
 * @param negatives captions of other pictures, beyond those of the batch, among which a picture must find its own
 * @param shift pixels by which pictures are moved at most, so that places count and single pixels do not
 * @param blur strongest blur of the pictures, 1 for a whole 3x3 binomial filter: drawn pictures are softer than rendered ones
 * @param noise strongest noise of the pictures, whose values are from -1 to 1
 * @param alsoMeasured further shard families that are measured, beside {@code data.holdout}
 */
public record DualEncoderRecipe(
        String captions,
        List<Integer> widths,
        int blocks,
        int embedding,
        int negatives,
        int shift,
        double blur,
        double noise,
        List<String> alsoMeasured) {
    /** Checks presence and ranges. */
    public DualEncoderRecipe {
        Checks.present("dual_encoder.captions", captions);
        Checks.present("dual_encoder.widths", widths);
        widths = List.copyOf(widths);
        alsoMeasured = alsoMeasured == null ? List.of() : List.copyOf(alsoMeasured);
        Checks.positive("dual_encoder.blocks", blocks);
        Checks.positive("dual_encoder.embedding", embedding);
        Checks.notNegative("dual_encoder.negatives", negatives);
        Checks.notNegative("dual_encoder.shift", shift);
        Checks.notNegative("dual_encoder.blur", blur);
        Checks.notNegative("dual_encoder.noise", noise);
    }

    /**
     * The shape of the network.
     *
     * @param size side in pixels of the pictures
     * @param sentence numbers of a sentence vector
     * @param sentences name of the sentence encoder
     */
    public DualEncoderConfig config(int size, int sentence, String sentences) {
        return new DualEncoderConfig(size, widths, blocks, embedding, sentence, sentences);
    }
}
