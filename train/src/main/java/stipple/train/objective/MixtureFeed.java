package stipple.train.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import stipple.model.config.ModelConfig;
import stipple.model.image.TokenGrid;
import stipple.model.loss.TrainingRows;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.pipeline.TokenRow;
import stipple.train.pipeline.TrainingStream;
import stipple.train.recipe.Recipe;

/** Packed rows of a mixture: what a recipe with {@code data.mixture} trains on. */
final class MixtureFeed implements RowFeed {
    private static final int MEASURED_ROWS = 32;

    private final TrainingStream stream;
    private final ModelConfig config;
    private final Autoencoder autoencoder;

    MixtureFeed(Recipe recipe, ModelConfig config, PromptTokenizer tokenizer, Autoencoder autoencoder) {
        this.stream = new TrainingStream(recipe, config, tokenizer, autoencoder);
        this.config = config;
        this.autoencoder = autoencoder;
    }

    @Override
    public List<TokenRow> rows(long[] positions) {
        return stream.rows(positions);
    }

    @Override
    public TrainingRows batch(List<TokenRow> rows) {
        return stream.batch(rows);
    }

    /** Shows what the image tokens stand for, as the image tokenizer decodes them; of several sizes, the first only. */
    @Override
    public Batch show(long[] positions) {
        List<TokenRow> rows = rows(positions);
        List<Map<String, Object>> samples = new ArrayList<>();
        for (TokenRow row : rows) {
            samples.add(Map.of(
                    "pictures",
                    row.pictures().stream().map(p -> p.picture().index()).toList(),
                    "ids",
                    row.ids()));
        }
        List<TokenGrid> grids = rows.stream()
                .flatMap(row -> row.pictures().stream())
                .map(placed -> placed.picture().grid())
                .toList();
        if (grids.isEmpty()) {
            int side = config.latent().trainingPixels();
            return new Batch(samples, Tensors.full(1, DType.F32, 1, 3, side, side), Map.of());
        }
        Tensor tokens = batch(rows).images();
        List<Tensor> first = new ArrayList<>();
        long at = 0;
        for (TokenGrid grid : grids) {
            if (grid.equals(grids.getFirst())) {
                first.add(tokens.narrow(0, at, grid.count()));
            }
            at += grid.count();
        }
        int patch = config.latent().patch();
        long[] shape = {
            first.size(),
            config.latent().channels(),
            (long) grids.getFirst().rows() * patch,
            (long) grids.getFirst().columns() * patch
        };
        Tensor latents = Patches.fold(Tensors.stack(first, 0), shape, patch);
        return new Batch(samples, Autograd.off(() -> autoencoder.pixels(latents)), Map.of("image_tokens", tokens));
    }

    private List<TokenRow> measured() {
        return rows(LongStream.range(0, MEASURED_ROWS).toArray());
    }

    @Override
    public double textTokens() {
        int placeholder = config.tokens().imagePlaceholder();
        return measured().stream()
                .mapToLong(row ->
                        Arrays.stream(row.ids()).filter(id -> id != placeholder).count())
                .average()
                .orElse(0);
    }

    @Override
    public double imageTokens() {
        return measured().stream()
                .mapToInt(row -> row.pictures().stream()
                        .mapToInt(placed -> placed.picture().grid().count())
                        .sum())
                .average()
                .orElse(0);
    }

    @Override
    public List<String> news() {
        return stream.news();
    }

    @Override
    public Map<String, Double> shares(long[] positions) {
        return stream.shares(positions);
    }

    @Override
    public double waitedSeconds() {
        return stream.waitedSeconds();
    }

    @Override
    public void close() {
        stream.close();
    }
}
