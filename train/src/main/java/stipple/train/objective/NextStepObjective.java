package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import stipple.model.NextStepModel;
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
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.run.FolderCopy;
import stipple.train.run.WeightFiles;

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
        this.loss = new NextStepLoss(new NextStepModel(config, weights, recipe.compute()));
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
        return ids.length > settings.maxText() ? java.util.Arrays.copyOf(ids, settings.maxText()) : ids;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(long[] positions, Rng rng) {
        long[] indices = new long[positions.length];
        List<int[]> texts = new ArrayList<>();
        boolean[] pictureFirst = new boolean[positions.length];
        for (int i = 0; i < positions.length; i++) {
            int index = order.at(positions[i]);
            SplittableRandom random = new SplittableRandom(Seeds.mix(recipe.seed(), 1, positions[i]));
            List<int[]> variants = captions.get(index);
            indices[i] = index;
            texts.add(variants.get(random.nextInt(variants.size())));
            pictureFirst[i] = random.nextDouble() < settings.dropText();
        }
        TrainingRows batch = rows.batch(texts, pictureFirst, latents.get(indices));
        NextStepLoss.Value value =
                loss.of(batch, n -> FlowDraws.of(rng, n, config.latent().tokenWidth()));
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("image", value.image());
        parts.put("text", value.text());
        return new Losses(value.total(), parts);
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
                    List<int[]> texts = new ArrayList<>();
                    for (int i = 0; i < n; i++) {
                        indices[i] = (long) (b * n + i) * holdout.size() / ((long) batches * n);
                        texts.add(encode(holdout.captions((int) indices[i]).getFirst()));
                    }
                    TrainingRows batch = rows.batch(texts, new boolean[n], holdoutLatents.get(indices));
                    NextStepLoss.Value value = Autograd.off(() -> measured.of(
                            batch, k -> FlowDraws.of(rng, k, config.latent().tokenWidth())));
                    image += value.image().item() / batches;
                    text += value.text().item() / batches;
                }
            }
        }
        return Map.of("image", image, "text", text);
    }

    @Override
    public void export(Weights chosen, Path folder) {
        ModelConfigWriter.write(folder, config, DType.F32);
        WeightFiles.write(folder.resolve("model.safetensors"), chosen, DType.F32, Map.of());
        FolderCopy.files(Path.of(settings.tokenizer()), folder, ".json");
        FolderCopy.files(Path.of(settings.autoencoder()), folder.resolve("vae"), ".json", ".safetensors", ".pt");
    }

    @Override
    public long tokensPerSample() {
        return latents.tokensPerPicture();
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
