package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import stipple.model.NextStepModel;
import stipple.model.backbone.CheckpointedPass;
import stipple.model.config.ModelConfig;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.loss.FlowDraws;
import stipple.model.loss.NextStepLoss;
import stipple.model.loss.TrainingRows;
import stipple.model.nn.Weights;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.PairRows;
import stipple.train.data.Seeds;
import stipple.train.pipeline.HeldOut;
import stipple.train.pipeline.TokenRow;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.start.ModelWeights;

/** Trains the model on rows of text and pictures with the joint loss of text and image tokens (reference §2.7, §4.3). */
public final class NextStepObjective implements Objective {
    private final Opened opened = new Opened();
    private final Recipe recipe;
    private final NextStepRecipe settings;
    private final TrainedModel model;
    private final RowFeed feed;
    private final PairMeasure pairs;
    private final HeldOut heldOut;
    private final ModelConfig config;
    private final ModelWeights weights;
    private final NextStepLoss loss;
    private boolean told;

    /** Loads data and tokenizers, encodes all pictures, and makes the weights. */
    public NextStepObjective(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.nextstep();
        try {
            this.model = opened.add(new TrainedModel(recipe));
            this.config = model.config();
            this.weights = model.weights();
            PromptTokenizer tokenizer = model.tokenizer();
            Autoencoder autoencoder = model.autoencoder();
            if (recipe.data().mixture().isEmpty()) {
                int size = recipe.data().size();
                TokenGrid grid = new ImageSize(size, size).grid(config.latent().pixelsPerToken());
                PairRows rows = new PairRows(config, tokenizer, grid);
                this.feed = opened.add(new PairFeed(recipe, config, autoencoder, rows, grid, this::encode));
                this.pairs = opened.add(new PairMeasure(recipe, config, autoencoder, rows, this::encode));
                this.heldOut = null;
            } else {
                this.feed = opened.add(new MixtureFeed(recipe, config, tokenizer, autoencoder));
                this.pairs = null;
                this.heldOut = opened.add(new HeldOut(recipe, config, tokenizer, autoencoder));
            }
            this.loss = weights.dropsFeatures() ? null : loss(weights.with(weights.trained()));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private NextStepLoss loss(Weights table) {
        return new NextStepLoss(new NextStepModel(config, table, recipe.compute()));
    }

    private int[] encode(String caption) {
        int[] ids = model.tokenizer().encode(caption);
        return ids.length > settings.maxText() ? Arrays.copyOf(ids, settings.maxText()) : ids;
    }

    @Override
    public Weights weights() {
        return weights.trained();
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        List<TokenRow> batch = feed.rows(part.positions());
        List<TokenRow> own = batch.subList(part.from(), part.from() + part.count());
        double textShare = (double) textTargets(own) / Math.max(1, textTargets(batch));
        double imageShare = (double) imageTargets(own) / Math.max(1, imageTargets(batch));
        long before = imageTargets(batch.subList(0, part.from()));
        LongFunction<FlowDraws> draws = n -> draws(before, n, imageTargets(batch), rng);
        NextStepLoss now = loss != null ? loss : loss(weights.forStep(Seeds.mix(recipe.seed(), part.positions())));
        TrainingRows rows = feed.batch(own);
        Tensor seen = settings.noiseStrength() == 0 || rows.images() == null
                ? rows.images()
                : InputNoise.add(rows.images(), batch, part.from(), part.count(), settings.noiseStrength(), rng);
        if (settings.activationCheckpointing()) {
            CheckpointedPass pass = new CheckpointedPass(now.model().backbone());
            NextStepLoss.Value value = now.of(rows, seen, draws, pass);
            Losses whole = share(value, textShare, imageShare, packing(part, own, batch.size()));
            return LayerGradients.of(pass, whole.total(), whole.parts());
        }
        NextStepLoss.Value value = now.of(rows, seen, draws, now.model().backbone()::readRows);
        return share(value, textShare, imageShare, packing(part, own, batch.size()));
    }

    /**
     * What some rows add to the share of a packed batch's slots that hold nothing, and to the shares of the categories among
     * its rows; nothing for rows that are not packed.
     */
    private Map<String, Double> packing(BatchPart part, List<TokenRow> own, int batch) {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (!recipe.data().mixture().isEmpty()) {
            int pack = recipe.data().pack();
            figures.put(
                    "waste",
                    own.stream().mapToDouble(row -> pack - row.length()).sum() / ((double) pack * batch));
            feed.shares(part.own()).forEach((category, share) -> figures.put("rows_" + category, share * part.share()));
        }
        return figures;
    }

    private long textTargets(List<TokenRow> chosen) {
        int placeholder = config.tokens().imagePlaceholder();
        return chosen.stream().mapToLong(row -> row.textTargets(placeholder)).sum();
    }

    private static long imageTargets(List<TokenRow> chosen) {
        return chosen.stream().mapToLong(TokenRow::imageTargets).sum();
    }

    /**
     * Times and noise are drawn for the whole batch, so that they do not depend on how the batch is cut.
     *
     * @param before image tokens to learn of the rows before this part
     * @param n draws of this part, repeats included
     * @param all image tokens to learn of the whole batch
     */
    private FlowDraws draws(long before, long n, long all, Rng rng) {
        int repeats = config.flowHead().batchMul();
        FlowDraws whole = FlowDraws.of(rng, all * repeats, config.latent().tokenWidth(), settings.timeMean());
        return n == all * repeats
                ? whole
                : new FlowDraws(
                        whole.u().narrow(0, before * repeats, n), whole.noise().narrow(0, before * repeats, n));
    }

    private Losses share(NextStepLoss.Value value, double textShare, double imageShare, Map<String, Double> figures) {
        Tensor text = textShare == 1 ? value.text() : value.text().mul(textShare);
        Tensor image = imageShare == 1 ? value.image() : value.image().mul(imageShare);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("image", image);
        parts.put("text", text);
        figures.forEach((name, figure) -> parts.put(name, Tensors.scalar(figure)));
        return Losses.of(text.mul(settings.textWeight()).add(image.mul(settings.imageWeight())), parts);
    }

    @Override
    public Batch batch(long[] positions) {
        return feed.show(positions);
    }

    @Override
    public void draw(Weights chosen, Path file) {
        model.draw(chosen, file);
    }

    @Override
    public Map<String, Boolean> figures() {
        List<String> names = heldOut == null ? PairMeasure.NAMES : measure().names();
        return names.stream().collect(Collectors.toMap(name -> name, name -> false));
    }

    private RowMeasure measure() {
        return new RowMeasure(heldOut, config.tokens().imagePlaceholder(), recipe.seed());
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        return heldOut == null ? pairs.of(model.with(chosen)) : measure().of(model.with(chosen));
    }

    @Override
    public void export(Weights chosen, Path folder) {
        model.export(chosen, folder);
    }

    @Override
    public Workload workload() {
        return model.workload(feed.textTokens(), feed.imageTokens());
    }

    @Override
    public long frozenBytes() {
        return weights.frozenBytes();
    }

    @Override
    public List<String> news() {
        List<String> news = new ArrayList<>(told ? List.of() : weights.notes());
        told = true;
        news.addAll(feed.news());
        return news;
    }

    @Override
    public double waitedSeconds() {
        return feed.waitedSeconds();
    }

    @Override
    public void close() {
        opened.close();
    }
}
