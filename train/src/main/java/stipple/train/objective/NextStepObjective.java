package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.model.config.ModelConfig;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.nn.Weights;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.torch.Rng;
import stipple.train.data.PairRows;
import stipple.train.data.Seeds;
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
    private final HeldOutLosses heldOut;
    private final ModelConfig config;
    private final ModelWeights weights;
    private final FeedLoss loss;
    private final NextStepModel fixed;
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
            } else {
                this.feed = opened.add(new MixtureFeed(recipe, config, tokenizer, autoencoder));
            }
            this.heldOut = opened.add(HeldOutLosses.of(recipe, model));
            this.loss = new FeedLoss(recipe, config, feed, 1);
            this.fixed = weights.dropsFeatures() ? null : model(weights.with(weights.trained()));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Held-out figures of what a recipe starts from; of its data, only what is held out is read. */
    public static Map<String, Double> measure(Recipe recipe) {
        try (TrainedModel model = new TrainedModel(recipe);
                HeldOutLosses heldOut = HeldOutLosses.of(recipe, model)) {
            return heldOut.of(model.with(model.weights().trained()));
        }
    }

    private NextStepModel model(Weights table) {
        return new NextStepModel(config, table, recipe.compute());
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
        NextStepModel now = fixed != null ? fixed : model(weights.forStep(Seeds.mix(recipe.seed(), part.positions())));
        return loss.of(now, part, rng);
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
        return heldOut.figures();
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        return heldOut.of(model.with(chosen));
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
