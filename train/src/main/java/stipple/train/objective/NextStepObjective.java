package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongFunction;
import stipple.model.NextStepModel;
import stipple.model.backbone.CheckpointedPass;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigWriter;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.load.LoadedAutoencoder;
import stipple.model.loss.FlowDraws;
import stipple.model.loss.NextStepLoss;
import stipple.model.loss.TrainingRows;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.model.text.PromptTokenizer;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.LatentCache;
import stipple.train.data.PairRows;
import stipple.train.data.PictureSet;
import stipple.train.data.Seeds;
import stipple.train.files.FolderCopy;
import stipple.train.files.WeightFiles;
import stipple.train.pipeline.TokenRow;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;

/** Trains the model on rows of text and pictures with the joint loss of text and image tokens (reference §2.7, §4.3). */
public final class NextStepObjective implements Objective {
    private static final int MEASURED = 256;
    private static final int MEASURED_BATCH = 32;

    private final Recipe recipe;
    private final NextStepRecipe settings;
    private final PromptTokenizer tokenizer;
    private final LoadedAutoencoder autoencoder;
    private final RowFeed feed;
    private final PictureSet holdout;
    private final LatentCache holdoutLatents;
    private final ModelConfig config;
    private final Weights weights;
    private final NextStepModel model;
    private final NextStepLoss loss;
    private final PairRows rows;

    /** Loads data and tokenizers, encodes all pictures, and makes fresh weights. */
    public NextStepObjective(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.nextstep();
        this.tokenizer = PromptTokenizer.open(Path.of(settings.tokenizer()));
        this.autoencoder = LoadedAutoencoder.load(Path.of(settings.autoencoder()), DType.F32, Device.CPU);
        this.config =
                NextStepConfigs.of(recipe, tokenizer, autoencoder.network().config());
        int size = recipe.data().size();
        TokenGrid grid = new ImageSize(size, size).grid(config.latent().pixelsPerToken());
        this.rows = new PairRows(config, tokenizer, grid);
        this.feed = recipe.data().mixture().isEmpty()
                ? new PairFeed(recipe, config, autoencoder.network(), rows, grid, this::encode)
                : new MixtureFeed(recipe, config, tokenizer, autoencoder.network());
        this.holdout = PictureSet.load(recipe.data(), List.of(recipe.data().holdout()));
        this.holdoutLatents =
                new LatentCache(holdout, autoencoder.network(), config.latent().patch());
        this.weights = FreshWeights.nextStep(
                BackboneNames.expected(config), config.backbone().initializerRange(), recipe.seed());
        this.model = new NextStepModel(config, weights, recipe.compute());
        this.loss = new NextStepLoss(model);
    }

    private int[] encode(String caption) {
        int[] ids = tokenizer.encode(caption);
        return ids.length > settings.maxText() ? Arrays.copyOf(ids, settings.maxText()) : ids;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        List<TokenRow> batch = feed.rows(part.positions());
        List<TokenRow> own = batch.subList(part.from(), part.from() + part.count());
        double textShare = (double) textTargets(own) / Math.max(1, textTargets(batch));
        double imageShare = (double) imageTargets(own) / Math.max(1, imageTargets(batch));
        long before = imageTargets(batch.subList(0, part.from()));
        LongFunction<FlowDraws> draws = n -> draws(before, n, imageTargets(batch), rng);
        if (settings.activationCheckpointing()) {
            CheckpointedPass pass = new CheckpointedPass(model.backbone());
            NextStepLoss.Value value = loss.of(feed.batch(own), draws, pass::forward);
            Losses whole = share(value, textShare, imageShare, waste(own, batch.size()));
            return new Losses(whole.total(), whole.parts(), () -> pass.backward(whole.total()));
        }
        return share(loss.of(feed.batch(own), draws), textShare, imageShare, waste(own, batch.size()));
    }

    /** What some rows add to the share of a packed batch's slots that hold nothing; none for rows that are not packed. */
    private OptionalDouble waste(List<TokenRow> own, int batch) {
        if (recipe.data().mixture().isEmpty()) {
            return OptionalDouble.empty();
        }
        int pack = recipe.data().pack();
        return OptionalDouble.of(
                own.stream().mapToDouble(row -> pack - row.length()).sum() / ((double) pack * batch));
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
        FlowDraws whole = FlowDraws.of(rng, all * repeats, config.latent().tokenWidth());
        return n == all * repeats
                ? whole
                : new FlowDraws(
                        whole.u().narrow(0, before * repeats, n), whole.noise().narrow(0, before * repeats, n));
    }

    private Losses share(NextStepLoss.Value value, double textShare, double imageShare, OptionalDouble waste) {
        Tensor text = textShare == 1 ? value.text() : value.text().mul(textShare);
        Tensor image = imageShare == 1 ? value.image() : value.image().mul(imageShare);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("image", image);
        parts.put("text", text);
        waste.ifPresent(part -> parts.put("waste", Tensors.scalar(part)));
        return Losses.of(text.mul(settings.textWeight()).add(image.mul(settings.imageWeight())), parts);
    }

    @Override
    public Batch batch(long[] positions) {
        return feed.show(positions);
    }

    @Override
    public void draw(Weights chosen, Path file) {
        if (recipe.samples().prompts().isEmpty()) {
            return;
        }
        // Exact arithmetic, so that a grid shows the model and not the rounding.
        NextStepModel drawer = new NextStepModel(config, chosen, DType.F32);
        SampleDrawer.draw(drawer, tokenizer, autoencoder.network(), recipe, file);
    }

    @Override
    public Map<String, Boolean> figures() {
        return Map.of("image", false, "text", false);
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        NextStepLoss measured = new NextStepLoss(new NextStepModel(config, chosen, recipe.compute()));
        int batches = Math.max(1, Math.min(MEASURED, holdout.size()) / MEASURED_BATCH);
        double image = 0;
        double text = 0;
        try (Rng rng = new Rng(Seeds.mix(recipe.seed(), 2))) {
            for (int b = 0; b < batches; b++) {
                try (Scope scope = Scope.open()) {
                    int n = Math.min(MEASURED_BATCH, holdout.size());
                    long[] indices = new long[n];
                    List<PairRows.Row> texts = new ArrayList<>();
                    for (int i = 0; i < n; i++) {
                        indices[i] = (long) (b * n + i) * holdout.size() / ((long) batches * n);
                        texts.add(rows.row(
                                encode(holdout.captions((int) indices[i]).getFirst()), false));
                    }
                    TrainingRows batch = rows.batch(texts, holdoutLatents.get(indices));
                    NextStepLoss.Value value = Autograd.off(() -> measured.of(
                            batch, k -> FlowDraws.of(rng, k, config.latent().tokenWidth())));
                    image += value.image().item() / batches;
                    text += value.text().item() / batches;
                }
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("image", image);
        figures.put("text", text);
        return figures;
    }

    @Override
    public void export(Weights chosen, Path folder) {
        ModelConfigWriter.write(folder, config, DType.F32);
        WeightFiles.write(folder.resolve("model.safetensors"), chosen, DType.F32, Map.of());
        FolderCopy.files(Path.of(settings.tokenizer()), folder, ".json");
        FolderCopy.files(Path.of(settings.autoencoder()), folder.resolve("vae"), ".json", ".safetensors", ".pt");
    }

    @Override
    public Workload workload() {
        return NextStepCost.of(
                config, feed.textTokens(), feed.imageTokens(), recipe.compute(), settings.activationCheckpointing());
    }

    @Override
    public void close() {
        weights.close();
        feed.close();
        holdoutLatents.close();
        holdout.close();
        autoencoder.close();
        tokenizer.close();
    }
}
