package stipple.train.objective;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import stipple.model.NextStepModel;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.train.data.PairRows;
import stipple.train.pipeline.HeldOut;
import stipple.train.recipe.Recipe;

/**
 * The losses of pre-training on held-out data: what pre-training is measured by, and what rises in post-training as the model
 * forgets. Without a set in the recipe nothing is measured.
 */
public final class HeldOutLosses implements AutoCloseable {
    private final List<String> names;
    private final Function<NextStepModel, Map<String, Double>> measure;
    private final Opened opened;

    private HeldOutLosses(List<String> names, Function<NextStepModel, Map<String, Double>> measure, Opened opened) {
        this.names = names;
        this.measure = measure;
        this.opened = opened;
    }

    /** Opens the set that {@code data.shards} and {@code data.holdout} name, and those held out of a {@code data.mixture}. */
    public static HeldOutLosses of(Recipe recipe, TrainedModel model) {
        Opened opened = new Opened();
        if (!recipe.data().mixture().isEmpty()) {
            HeldOut rows = opened.add(new HeldOut(recipe, model.config(), model.tokenizer(), model.autoencoder()));
            RowMeasure measure = new RowMeasure(rows, model.config().tokens().imagePlaceholder(), recipe.seed());
            return new HeldOutLosses(measure.names(), measure::of, opened);
        }
        if (recipe.data().shards() == null) {
            return new HeldOutLosses(List.of(), any -> new LinkedHashMap<>(), opened);
        }
        int side = recipe.data().size();
        int most = recipe.nextstep().maxText();
        TokenGrid grid = new ImageSize(side, side).grid(model.config().latent().pixelsPerToken());
        PairMeasure pairs = opened.add(new PairMeasure(
                recipe,
                model.config(),
                model.autoencoder(),
                new PairRows(model.config(), model.tokenizer(), grid),
                caption -> {
                    int[] ids = model.tokenizer().encode(caption);
                    return ids.length > most ? Arrays.copyOf(ids, most) : ids;
                }));
        return new HeldOutLosses(PairMeasure.NAMES, pairs::of, opened);
    }

    /** Names of the figures; lower is better. */
    public Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        names.forEach(name -> figures.put(name, false));
        return figures;
    }

    /** Measures a model. */
    public Map<String, Double> of(NextStepModel model) {
        return measure.apply(model);
    }

    @Override
    public void close() {
        opened.close();
    }
}
