package stipple.train.objective;

import java.util.Arrays;
import java.util.SplittableRandom;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The captions among which the pictures of a batch must find their own: one of each picture of the batch, chosen at random
 * among its variants, and any number of others. A function of its arguments, so that a resumed run meets the same.
 *
 * @param rows rows of the captions in the table of vectors, those of the batch first
 */
record CaptionChoice(int[] rows) {
    /** Added to what must not be chosen, for it is right as well. */
    private static final float NEVER = -1e4f;

    /**
     * Draws.
     *
     * @param variants of each picture of the set, the rows of its captions
     * @param batch pictures of the batch
     * @param negatives number of the others
     */
    static CaptionChoice draw(int[][] variants, int[] batch, int negatives, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = new int[batch.length + negatives];
        for (int i = 0; i < rows.length; i++) {
            int[] of = variants[i < batch.length ? batch[i] : random.nextInt(variants.length)];
            rows[i] = of[random.nextInt(of.length)];
        }
        return new CaptionChoice(rows);
    }

    /**
     * Zero, but for captions that suit a picture beside the one it is to find.
     *
     * @param variants captions of each picture of the part
     * @param from place of the part's first picture in the batch
     * @return float32 {@code [pictures, captions]}
     */
    Tensor mask(int[][] variants, int from) {
        float[] mask = new float[variants.length * rows.length];
        for (int i = 0; i < variants.length; i++) {
            int[] own = variants[i].clone();
            Arrays.sort(own);
            for (int j = 0; j < rows.length; j++) {
                if (j != from + i && Arrays.binarySearch(own, rows[j]) >= 0) {
                    mask[i * rows.length + j] = NEVER;
                }
            }
        }
        return Tensors.of(mask, variants.length, rows.length);
    }
}
