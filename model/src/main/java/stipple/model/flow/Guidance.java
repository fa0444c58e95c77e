package stipple.model.flow;

import stipple.torch.Tensor;

/**
 * Classifier-free guidance on velocities (reference §2.8).
 *
 * @param text scale towards the prompt; 1 switches it off
 * @param image scale towards the input picture of an edit; 1 switches it off
 */
public record Guidance(double text, double image) {
    /** No guidance: a single row. */
    public static final Guidance NONE = new Guidance(1, 1);

    /** Rows per picture: conditional, and one per scale above 1. */
    public int branches() {
        return 1 + (text > 1 ? 1 : 0) + (image > 1 ? 1 : 0);
    }

    /**
     * Combines the branches.
     *
     * @param v float32 {@code [branches * n, token]} in blocks: conditional, image + negative text, negative text
     * @return {@code [n, token]}
     */
    public Tensor combine(Tensor v, int branches) {
        if (branches == 1) {
            return v;
        }
        Tensor[] parts = v.chunk(branches, 0);
        if (branches == 2) {
            // With two rows the second is the unconditional one of whichever scale is on.
            double scale = text > 1 || image <= 1 ? text : image;
            return parts[1].add(parts[0].sub(parts[1]).mul(scale));
        }
        return parts[2].add(parts[1].sub(parts[2]).mul(image))
                .add(parts[0].sub(parts[1]).mul(text));
    }
}
