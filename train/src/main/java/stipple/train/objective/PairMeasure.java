package stipple.train.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import stipple.model.NextStepModel;
import stipple.model.config.ModelConfig;
import stipple.model.loss.TrainingRows;
import stipple.model.vae.Autoencoder;
import stipple.torch.Scope;
import stipple.train.data.LatentCache;
import stipple.train.data.PairRows;
import stipple.train.data.PictureSet;
import stipple.train.pipeline.TrainingStream;
import stipple.train.recipe.Recipe;

/** {@linkplain MeasuredLosses Losses} of a model on held-out pairs of one picture size, for recipes without a mixture. */
final class PairMeasure implements AutoCloseable {
    /** What is measured. */
    static final List<String> NAMES = List.of("image", "noisy", "prompt", "text");

    private static final int MEASURED = 256;
    private static final int BATCH = 32;

    private final PictureSet holdout;
    private final LatentCache latents;
    private final PairRows rows;
    private final Function<String, int[]> tokenizer;
    private final long seed;

    PairMeasure(
            Recipe recipe,
            ModelConfig config,
            Autoencoder autoencoder,
            PairRows rows,
            Function<String, int[]> tokenizer) {
        this.holdout = PictureSet.heldOut(recipe.data(), recipe.data().size());
        this.latents = new LatentCache(holdout, TrainingStream.encoder(recipe, config, autoencoder));
        this.rows = rows;
        this.tokenizer = tokenizer;
        this.seed = recipe.seed();
    }

    /** Measures a model. */
    Map<String, Double> of(NextStepModel model) {
        int batches = Math.max(1, Math.min(MEASURED, holdout.size()) / BATCH);
        double[] sums = new double[NAMES.size()];
        try (MeasuredLosses losses = new MeasuredLosses(model, seed)) {
            for (int b = 0; b < batches; b++) {
                try (Scope scope = Scope.open()) {
                    MeasuredLosses.Value value = losses.of(batch(b, batches));
                    sums[0] += value.image() / batches;
                    sums[1] += value.noisy() / batches;
                    sums[2] += value.prompt() / batches;
                    sums[3] += value.text() / batches;
                }
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < sums.length; i++) {
            figures.put(NAMES.get(i), sums[i]);
        }
        return figures;
    }

    private TrainingRows batch(int number, int batches) {
        int n = Math.min(BATCH, holdout.size());
        long[] indices = new long[n];
        Arrays.setAll(indices, i -> (long) (number * n + i) * holdout.size() / ((long) batches * n));
        List<PairRows.Row> texts = new ArrayList<>();
        for (long index : indices) {
            texts.add(rows.row(tokenizer.apply(holdout.captions((int) index).getFirst()), false));
        }
        return rows.batch(texts, latents.get(indices));
    }

    @Override
    public void close() {
        latents.close();
        holdout.close();
    }
}
