package stipple.train.objective;

import java.util.List;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.pipeline.TokenRow;

/**
 * Noise on the image tokens that the backbone reads while the flow head learns the clean ones (reference §2.7,
 * {@code noise_strength}): when it draws, it reads tokens that it made itself, which are never exact and get worse along the
 * picture. So the noise of a picture grows from none on its first token to the full strength on its last. The sources of an
 * edit stay clean, as they are when drawing.
 */
final class InputNoise {
    private InputNoise() {}

    /**
     * Adds noise that is drawn for a whole batch, so that it does not depend on how the batch is cut.
     *
     * @param images image tokens {@code [k, token]} of the rows from {@code from} on, {@code count} of them
     */
    static Tensor add(Tensor images, List<TokenRow> batch, int from, int count, double strength, Rng rng) {
        long before = tokens(batch.subList(0, from));
        long all = tokens(batch);
        List<TokenRow> own = batch.subList(from, from + count);
        Tensor noise = rng.normal(all, images.size(1)).narrow(0, before, images.size(0));
        Tensor scaled = noise.mul(strengths(own, strength, Math.toIntExact(images.size(0))));
        return images.add(scaled.to(images.device()).to(images.dtype()));
    }

    /** {@code [k, 1]} */
    private static Tensor strengths(List<TokenRow> rows, double strength, int tokens) {
        float[] each = new float[tokens];
        int at = 0;
        for (TokenRow row : rows) {
            for (TokenRow.Placed placed : row.pictures()) {
                int count = placed.picture().grid().count();
                for (int i = 0; placed.learnt() && i < count; i++) {
                    each[at + i] = (float) (strength * i / Math.max(1, count - 1));
                }
                at += count;
            }
        }
        return Tensors.of(each, tokens, 1);
    }

    private static long tokens(List<TokenRow> rows) {
        return rows.stream()
                .flatMap(row -> row.pictures().stream())
                .mapToLong(placed -> placed.picture().grid().count())
                .sum();
    }
}
