package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
import stipple.train.data.LatentCache;
import stipple.train.data.PairRows;
import stipple.train.data.PictureSet;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.files.FolderCopy;
import stipple.train.files.WeightFiles;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;

/** Trains the model on image-text pairs with the joint loss of text and image tokens (reference §2.7, §4.3). */
public final class NextStepObjective implements Objective {
    private static final int MEASURED = 256;
    private static final int MEASURED_BATCH = 32;

    private final Recipe recipe;
    private final NextStepRecipe settings;
    private final PromptTokenizer tokenizer;
    private final LoadedAutoencoder autoencoder;
    private final PictureSet pictures;
    private final PictureSet holdout;
    private final LatentCache latents;
    private final LatentCache holdoutLatents;
    private final SampleOrder order;
    private final ModelConfig config;
    private final Weights weights;
    private final NextStepModel model;
    private final NextStepLoss loss;
    private final PairRows rows;
    private final List<List<int[]>> captions;

    /** Loads data and tokenizers, encodes all pictures, and makes fresh weights. */
    public NextStepObjective(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.nextstep();
        this.tokenizer = PromptTokenizer.open(Path.of(settings.tokenizer()));
        this.autoencoder = LoadedAutoencoder.load(Path.of(settings.autoencoder()), DType.F32, Device.CPU);
        this.config =
                NextStepConfigs.of(recipe, tokenizer, autoencoder.network().config());
        this.pictures = PictureSet.load(recipe.data(), recipe.data().families());
        this.holdout = PictureSet.load(recipe.data(), List.of(recipe.data().holdout()));
        int patch = config.latent().patch();
        this.latents = new LatentCache(pictures, autoencoder.network(), patch);
        this.holdoutLatents = new LatentCache(holdout, autoencoder.network(), patch);
        this.order = new SampleOrder(recipe.seed(), pictures.size());
        this.weights = FreshWeights.nextStep(
                BackboneNames.expected(config), config.backbone().initializerRange(), recipe.seed());
        this.model = new NextStepModel(config, weights, recipe.compute());
        this.loss = new NextStepLoss(model);
        int size = recipe.data().size();
        TokenGrid grid = new ImageSize(size, size).grid(config.latent().pixelsPerToken());
        this.rows = new PairRows(config, tokenizer, grid);
        this.captions = encode(pictures);
    }

    private List<List<int[]>> encode(PictureSet set) {
        List<List<int[]>> encoded = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            encoded.add(set.captions(i).stream().map(this::encode).toList());
        }
        return encoded;
    }

    private int[] encode(String caption) {
        int[] ids = tokenizer.encode(caption);
        return ids.length > settings.maxText() ? Arrays.copyOf(ids, settings.maxText()) : ids;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    /** One sample: which picture, with which caption, in which order. */
    private record Chosen(int index, int variant, PairRows.Row row) {}

    private Chosen choose(long position) {
        int index = order.at(position);
        SplittableRandom random = new SplittableRandom(Seeds.mix(recipe.seed(), 1, position));
        int variant = random.nextInt(captions.get(index).size());
        boolean pictureFirst = random.nextDouble() < settings.dropText();
        return new Chosen(index, variant, rows.row(captions.get(index).get(variant), pictureFirst));
    }

    private List<Chosen> choose(long[] positions) {
        return Arrays.stream(positions).mapToObj(this::choose).toList();
    }

    private TrainingRows rows(List<Chosen> chosen) {
        long[] indices = chosen.stream().mapToLong(Chosen::index).toArray();
        return rows.batch(chosen.stream().map(Chosen::row).toList(), latents.get(indices));
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        List<Chosen> batch = choose(part.positions());
        List<Chosen> own = batch.subList(part.from(), part.from() + part.count());
        double textShare = (double) textTargets(own) / Math.max(1, textTargets(batch));
        LongFunction<FlowDraws> draws = n -> draws(part, n, rng);
        if (settings.activationCheckpointing()) {
            CheckpointedPass pass = new CheckpointedPass(model.backbone());
            NextStepLoss.Value value = loss.of(rows(own), draws, pass::forward);
            Losses whole = share(value, textShare, part.share());
            return new Losses(whole.total(), whole.parts(), () -> pass.backward(whole.total()));
        }
        return share(loss.of(rows(own), draws), textShare, part.share());
    }

    private long textTargets(List<Chosen> samples) {
        return samples.stream().mapToLong(s -> rows.textTargets(s.row())).sum();
    }

    /** Times and noise are drawn for the whole batch, so that they do not depend on how the batch is cut. */
    private FlowDraws draws(BatchPart part, long n, Rng rng) {
        long each = n / part.count();
        FlowDraws whole = FlowDraws.of(rng, each * part.batch(), config.latent().tokenWidth());
        return part.count() == part.batch()
                ? whole
                : new FlowDraws(
                        whole.u().narrow(0, part.from() * each, n),
                        whole.noise().narrow(0, part.from() * each, n));
    }

    private Losses share(NextStepLoss.Value value, double textShare, double imageShare) {
        Tensor text = textShare == 1 ? value.text() : value.text().mul(textShare);
        Tensor image = imageShare == 1 ? value.image() : value.image().mul(imageShare);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("image", image);
        parts.put("text", text);
        return Losses.of(text.mul(settings.textWeight()).add(image.mul(settings.imageWeight())), parts);
    }

    @Override
    public Batch batch(long[] positions) {
        List<Chosen> chosen = choose(positions);
        List<Map<String, Object>> samples = new ArrayList<>();
        for (Chosen one : chosen) {
            samples.add(Map.of(
                    "index", one.index(),
                    "caption", pictures.captions(one.index()).get(one.variant()),
                    "ids", one.row().ids()));
        }
        int[] indices = chosen.stream().mapToInt(Chosen::index).toArray();
        Tensor pixels = pictures.pixels(indices);
        Tensor tokens = rows(chosen).images();
        return new Batch(samples, pixels, Map.of("pixels", pixels, "image_tokens", tokens));
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
        double text = captions.stream()
                .mapToDouble(variants -> variants.stream()
                        .mapToLong(caption -> rows.textTargets(rows.row(caption, false)))
                        .average()
                        .orElse(0))
                .average()
                .orElse(0);
        return NextStepCost.of(
                config, text, latents.tokensPerPicture(), recipe.compute(), settings.activationCheckpointing());
    }

    @Override
    public void close() {
        weights.close();
        latents.close();
        holdoutLatents.close();
        pictures.close();
        holdout.close();
        autoencoder.close();
        tokenizer.close();
    }
}
