package stipple.train.objective;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.train.data.PairRows;
import stipple.train.recipe.Recipe;

/**
 * The losses of pre-training on held-out pairs, measured while something else is optimised: they rise as the model forgets.
 * Without a set in the recipe nothing is measured.
 */
public final class ForgettingWatch implements AutoCloseable {
    private final PairMeasure pairs;

    private ForgettingWatch(PairMeasure pairs) {
        this.pairs = pairs;
    }

    /** Opens the set that {@code data.shards} and {@code data.holdout} name, if they do. */
    public static ForgettingWatch of(Recipe recipe, TrainedModel model) {
        if (recipe.data().shards() == null) {
            return new ForgettingWatch(null);
        }
        int side = recipe.data().size();
        int most = recipe.nextstep().maxText();
        TokenGrid grid = new ImageSize(side, side).grid(model.config().latent().pixelsPerToken());
        return new ForgettingWatch(new PairMeasure(
                recipe,
                model.config(),
                model.autoencoder(),
                new PairRows(model.config(), model.tokenizer(), grid),
                caption -> {
                    int[] ids = model.tokenizer().encode(caption);
                    return ids.length > most ? Arrays.copyOf(ids, most) : ids;
                }));
    }

    /** Names of the figures; lower is better. */
    public Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        if (pairs != null) {
            PairMeasure.NAMES.forEach(name -> figures.put(name, false));
        }
        return figures;
    }

    /** Measures a model. */
    public Map<String, Double> of(NextStepModel model) {
        return pairs == null ? new LinkedHashMap<>() : pairs.of(model);
    }

    @Override
    public void close() {
        if (pairs != null) {
            pairs.close();
        }
    }
}
