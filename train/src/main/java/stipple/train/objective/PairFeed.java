package stipple.train.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import stipple.model.config.ModelConfig;
import stipple.model.image.TokenGrid;
import stipple.model.loss.TrainingRows;
import stipple.model.vae.Autoencoder;
import stipple.torch.Tensor;
import stipple.train.data.LatentCache;
import stipple.train.data.PairRows;
import stipple.train.data.PictureSet;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.pipeline.PictureRef;
import stipple.train.pipeline.RowBatch;
import stipple.train.pipeline.TokenRow;
import stipple.train.pipeline.TrainingStream;
import stipple.train.recipe.Recipe;

/** One picture of a fixed size and its caption in a row: what a recipe without a mixture trains on. */
final class PairFeed implements RowFeed {
    private final Recipe recipe;
    private final ModelConfig config;
    private final PictureSet pictures;
    private final LatentCache latents;
    private final SampleOrder order;
    private final PairRows rows;
    private final TokenGrid grid;
    private final List<List<int[]>> captions;

    PairFeed(
            Recipe recipe,
            ModelConfig config,
            Autoencoder autoencoder,
            PairRows rows,
            TokenGrid grid,
            Function<String, int[]> tokenizer) {
        this.recipe = recipe;
        this.config = config;
        this.rows = rows;
        this.grid = grid;
        this.pictures = PictureSet.training(recipe.data());
        this.latents = new LatentCache(pictures, TrainingStream.encoder(recipe, config, autoencoder));
        this.order = new SampleOrder(recipe.seed(), pictures.size());
        this.captions = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            captions.add(pictures.captions(i).stream().map(tokenizer).toList());
        }
    }

    /** One sample: which picture, with which caption, in which order. */
    private record Chosen(int index, int variant, PairRows.Row row) {}

    private Chosen choose(long position) {
        int index = order.at(position);
        SplittableRandom random = new SplittableRandom(Seeds.mix(recipe.seed(), 1, position));
        int variant = random.nextInt(captions.get(index).size());
        boolean pictureFirst = random.nextDouble() < recipe.nextstep().dropText();
        return new Chosen(index, variant, rows.row(captions.get(index).get(variant), pictureFirst));
    }

    private TokenRow row(Chosen chosen) {
        int[] ids = Arrays.stream(chosen.row().ids()).mapToInt(Math::toIntExact).toArray();
        PictureRef picture = new PictureRef(chosen.index(), grid);
        return new TokenRow(ids, chosen.row().labels(), List.of(new TokenRow.Placed(picture, true)));
    }

    @Override
    public List<TokenRow> rows(long[] positions) {
        return Arrays.stream(positions).mapToObj(p -> row(choose(p))).toList();
    }

    @Override
    public TrainingRows batch(List<TokenRow> chosen) {
        return RowBatch.of(
                chosen,
                indices -> latents.get(Arrays.stream(indices).asLongStream().toArray()),
                config.tokens().pad());
    }

    @Override
    public Batch show(long[] positions) {
        List<Chosen> chosen = Arrays.stream(positions).mapToObj(this::choose).toList();
        List<Map<String, Object>> samples = new ArrayList<>();
        for (Chosen one : chosen) {
            samples.add(Map.of(
                    "index", one.index(),
                    "caption", pictures.captions(one.index()).get(one.variant()),
                    "ids", one.row().ids()));
        }
        Tensor pixels = pictures.pixels(chosen.stream().mapToInt(Chosen::index).toArray());
        Tensor tokens = batch(chosen.stream().map(this::row).toList()).images();
        return new Batch(samples, pixels, Map.of("pixels", pixels, "image_tokens", tokens));
    }

    @Override
    public double textTokens() {
        return captions.stream()
                .mapToDouble(variants -> variants.stream()
                        .mapToLong(caption -> rows.textTargets(rows.row(caption, false)))
                        .average()
                        .orElse(0))
                .average()
                .orElse(0);
    }

    @Override
    public double imageTokens() {
        return latents.tokensPerPicture();
    }

    @Override
    public void close() {
        latents.close();
        pictures.close();
    }
}
