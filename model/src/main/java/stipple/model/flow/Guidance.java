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

    /** Rows per picture: conditional; and negative; and in between, for image guidance, image + negative. */
    public int branches() {
        if (image > 1) {
            return 3;
        }
        return text > 1 ? 2 : 1;
    }

    /**
     * Combines the branches.
     *
     * @param branches number of blocks in v, fixed for a picture while scheduled scales move
     * @param v float32 {@code [branches * n, token]} in blocks: conditional, image + negative text, negative text
     * @return {@code [n, token]}
     */
    public Tensor combine(Tensor v, int branches) {
        if (branches == 1) {
            return v;
        }
        Tensor[] parts = v.chunk(branches, 0);
        if (branches == 2) {
            return parts[1].add(parts[0].sub(parts[1]).mul(text));
        }
        return parts[2].add(parts[1].sub(parts[2]).mul(image))
                .add(parts[0].sub(parts[1]).mul(text));
    }

    /**
     * Combines the branches of several pictures that each have scales of their own, in the order of operations of
     * {@link #combine(float[], int)}, so that the results agree to the bit.
     *
     * @param v float32 {@code [pictures, branches, token]}
     * @param text float32 {@code [pictures, 1]}
     * @param image float32 {@code [pictures, 1]}
     * @return {@code [pictures, token]}
     */
    public static Tensor combine(Tensor v, Tensor text, Tensor image) {
        int branches = (int) v.size(1);
        Tensor conditional = v.select(1, 0);
        if (branches == 1) {
            return conditional;
        }
        Tensor last = v.select(1, branches - 1);
        if (branches == 2) {
            return last.add(conditional.sub(last).mul(text));
        }
        Tensor middle = v.select(1, 1);
        return last.add(middle.sub(last).mul(image)).add(conditional.sub(middle).mul(text));
    }

    /**
     * Combines the branches of one picture.
     *
     * @param v one velocity after the other, conditional, image + negative text, negative text
     * @param branches number of velocities
     * @return one velocity
     */
    public float[] combine(float[] v, int branches) {
        if (branches == 1) {
            return v;
        }
        int width = v.length / branches;
        float[] out = new float[width];
        for (int i = 0; i < width; i++) {
            float conditional = v[i];
            float last = v[(branches - 1) * width + i];
            if (branches == 2) {
                out[i] = last + (conditional - last) * (float) text;
            } else {
                float middle = v[width + i];
                out[i] = last + (middle - last) * (float) image + (conditional - middle) * (float) text;
            }
        }
        return out;
    }
}
