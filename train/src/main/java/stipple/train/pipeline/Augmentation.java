package stipple.train.pipeline;

import java.util.random.RandomGenerator;

/**
 * Random changes to texts with pictures (reference §4.3).
 *
 * @param tagsLast chance that an edit's pictures all come after its text
 * @param dropOfTwo chance that an edit of two pictures loses its source or its text
 * @param dropOfThree chance that an edit of three pictures loses its first (0.3) or second (0.7)
 * @param tagsOnly chance that an interleaved sample loses its text
 */
public record Augmentation(double tagsLast, double dropOfTwo, double dropOfThree, double tagsOnly) {
    /** The reference's chances. */
    public static final Augmentation REFERENCE = new Augmentation(0.1, 0.2, 0.3, 0.1);

    private static final double FIRST_OF_THREE = 0.3;

    /** An edit. The last picture, which is the one to draw, is never dropped. */
    public TaggedText edit(TaggedText text, RandomGenerator random) {
        boolean move = random.nextDouble() < tagsLast;
        double drop = random.nextDouble();
        double which = random.nextDouble();
        TaggedText result = move ? text.tagsLast() : text;
        int tags = text.tags().size();
        if (tags == 2 && drop < dropOfTwo) {
            // Of the reference's three choices the third, both, puts all tags back: it drops the text once more.
            return which * 3 < 1 ? result.withoutTag(0) : result.tagsOnly();
        }
        if (tags == 3 && drop < dropOfThree) {
            return result.withoutTag(which < FIRST_OF_THREE ? 0 : 1);
        }
        return result;
    }

    /**
     * An interleaved sample: a run of neighbouring pictures with the text around them.
     *
     * @param most pictures that a row may hold
     */
    public TaggedText interleave(TaggedText text, int most, RandomGenerator random) {
        boolean drop = random.nextDouble() < tagsOnly;
        double where = random.nextDouble();
        int tags = text.tags().size();
        TaggedText result = text;
        if (tags > most) {
            int from = (int) (where * (tags - most + 1));
            result = text.window(from, from + most - 1);
        }
        return drop && tags > 0 ? result.tagsOnly() : result;
    }

    /** How many pictures an interleaved row holds: half of its tokens at most, and at least one picture. */
    public static int mostPictures(int budget, int longestPicture) {
        return Math.max(1, budget / (2 * longestPicture));
    }
}
