package stipple.train.objective;

import java.util.ArrayList;
import java.util.List;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Moves pictures a little, softens them and adds noise, so that a network that learns from rendered pictures also reads drawn
 * ones. What a caption may tell stays: colours are kept and nothing is mirrored.
 *
 * @param shift pixels by which pictures are moved at most
 * @param blur strongest blur, 1 for a whole 3x3 binomial filter
 * @param noise strongest noise of values from -1 to 1
 */
record PictureChanges(int shift, double blur, double noise) {
    private static final float[] BINOMIAL = {1, 2, 1, 2, 4, 2, 1, 2, 1};
    private static final double SUM = 16;
    private static final int COLOURS = 3;

    /**
     * Changes the pictures of a part. All that is random is drawn for the whole batch and then cut.
     *
     * @param pixels {@code [n, 3, h, w]} in [-1, 1]
     */
    Tensor apply(Tensor pixels, BatchPart part, Rng rng) {
        long[] whole = pixels.shape();
        whole[0] = part.batch();
        float[] places =
                cut(rng.uniform(0, 2 * shift + 1, part.batch(), 2), part).toFloats();
        Tensor softness = cut(rng.uniform(0, blur, part.batch(), 1, 1, 1), part);
        Tensor strength = cut(rng.uniform(0, noise, part.batch(), 1, 1, 1), part);
        Tensor grain = cut(rng.normal(whole), part);
        Tensor moved = shift == 0 ? pixels : moved(pixels, places, shift);
        Tensor softened = moved.add(blurred(moved).sub(moved).mul(softness));
        return softened.add(grain.mul(strength)).clamp(-1, 1);
    }

    private static Tensor cut(Tensor ofBatch, BatchPart part) {
        return ofBatch.narrow(0, part.from(), part.count());
    }

    /** The ground of the pictures is white, so white comes in from outside. */
    private static Tensor moved(Tensor pixels, float[] places, int shift) {
        Tensor wide = Nn.padZero(pixels.add(-1), shift, shift, shift, shift).add(1);
        List<Tensor> moved = new ArrayList<>();
        for (int i = 0; i < pixels.size(0); i++) {
            int top = Math.min(2 * shift, (int) places[2 * i]);
            int left = Math.min(2 * shift, (int) places[2 * i + 1]);
            moved.add(wide.select(0, i).narrow(1, top, pixels.size(2)).narrow(2, left, pixels.size(3)));
        }
        return Tensors.stack(moved, 0);
    }

    private static Tensor blurred(Tensor pixels) {
        Tensor filter = Tensors.of(BINOMIAL, 1, 1, 3, 3)
                .div(SUM)
                .expand(COLOURS, 1, 3, 3)
                .contiguous();
        Tensor lifted = pixels.add(-1);
        return Nn.conv2d(lifted, filter, null, 1, 1, COLOURS).add(1);
    }
}
