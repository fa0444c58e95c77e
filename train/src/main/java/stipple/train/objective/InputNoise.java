package stipple.train.objective;

import java.util.List;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.pipeline.TokenRow;

/**
 * Noise on the image tokens that the backbone reads while the flow head learns the clean ones. The sources of an edit stay clean, as
 * they are when drawing.
 *
 * @param strength of the noise on the last token of a picture (reference §2.7, {@code noise_strength}): when it draws, the model reads
 *     tokens that it made itself, which are never exact and get worse along the picture. So the noise grows from none on the first token
 * @param hide chance that a picture reads {@code (1 - s) token + s noise} instead, with one level for all its tokens. Where a few clean tokens tell which training picture this is, the rest
 *     follows from them and the prompt is not asked; here it has to be
 * @param levels lowest and highest level, evenly drawn from; null for {@code s = 1 - u^3} with u uniform: half of them keep less than
 *     an eighth
 */
record InputNoise(double strength, double hide, List<Double> levels) {
    /**
     * The tokens as they are read. Noise is drawn for a whole batch, so that it does not depend on how the batch is cut.
     *
     * @param images image tokens {@code [k, token]} of the rows from {@code from} on, {@code count} of them
     */
    Tensor on(Tensor images, List<TokenRow> batch, int from, int count, Rng rng) {
        if (strength == 0 && hide == 0) {
            return images;
        }
        Tensor noise =
                rng.normal(tokens(batch), images.size(1)).narrow(0, tokens(batch.subList(0, from)), images.size(0));
        float[] chances = drawn(batch, rng);
        float[] draws = drawn(batch, rng);
        float[] kept = new float[Math.toIntExact(images.size(0))];
        float[] added = new float[kept.length];
        int at = 0;
        int picture = (int) pictures(batch.subList(0, from));
        for (TokenRow row : batch.subList(from, from + count)) {
            for (TokenRow.Placed placed : row.pictures()) {
                int tokens = placed.picture().grid().count();
                boolean hidden = placed.learnt() && hide > 0 && chances[picture] < hide;
                float clear = hidden ? clear(draws[picture]) : 1;
                for (int i = 0; i < tokens; i++) {
                    kept[at + i] = clear;
                    added[at + i] = hidden ? 1 - clear : placed.learnt() ? growing(i, tokens) : 0;
                }
                at += tokens;
                picture++;
            }
        }
        Tensor read = images.mul(column(kept, images))
                .add(noise.mul(column(added, noise)).to(images.device()));
        return read.to(images.dtype());
    }

    /** A number of 0 to 1 for each picture of the batch. */
    private float[] drawn(List<TokenRow> batch, Rng rng) {
        return hide == 0 ? new float[0] : rng.uniform(0, 1, pictures(batch)).toFloats();
    }

    /** How much is left of a token, by a number of 0 to 1. */
    private float clear(float u) {
        return levels == null
                ? (float) Math.pow(u, 3)
                : (float) (1 - levels.get(0) - (levels.get(1) - levels.get(0)) * u);
    }

    private float growing(int token, int tokens) {
        return (float) (strength * token / Math.max(1, tokens - 1));
    }

    private static Tensor column(float[] each, Tensor like) {
        return Tensors.of(each, each.length, 1).to(like.device());
    }

    private static long tokens(List<TokenRow> rows) {
        return rows.stream()
                .flatMap(row -> row.pictures().stream())
                .mapToLong(placed -> placed.picture().grid().count())
                .sum();
    }

    private static long pictures(List<TokenRow> rows) {
        return rows.stream().mapToLong(row -> row.pictures().size()).sum();
    }
}
