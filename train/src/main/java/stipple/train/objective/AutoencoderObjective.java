package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.features.FeatureNetwork;
import stipple.model.loss.PerceptualLoss;
import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.data.Crop;
import stipple.train.data.PictureSet;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.files.PictureGrid;
import stipple.train.files.WeightFiles;
import stipple.train.recipe.AutoencoderRecipe;
import stipple.train.recipe.Recipe;

/**
 * Trains the image tokenizer (paper §1.4): reconstruction from a latent that is normalised per patch and then disturbed
 * by noise of random strength, which makes the decoder forgiving towards the language model's imperfect tokens.
 */
public final class AutoencoderObjective implements Objective {
    private static final int SHOWN = 32;

    private final Recipe recipe;
    private final AutoencoderRecipe settings;
    private final VaeConfig config;
    private final Weights weights;
    /** The encoder, where it is not trained; otherwise empty. */
    private final Weights frozen;

    private final Autoencoder network;
    private final FeatureNetwork features;
    private final PerceptualLoss perceptual;
    private final PictureSet pictures;
    private final PictureSet holdout;
    private final SampleOrder order;

    /** Loads the pictures, and makes fresh weights or loads those to start from. */
    public AutoencoderObjective(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.autoencoder();
        AutoencoderStart start = AutoencoderStart.of(recipe);
        this.config = start.config();
        this.weights = start.trained();
        this.frozen = start.frozen();
        int evalSize = settings.evalSize() == null ? recipe.data().size() : settings.evalSize();
        fits(recipe.data().crop() == null ? "data.size" : "data.crop", config.resolution());
        fits(settings.evalSize() == null ? "data.size" : "autoencoder.eval_size", evalSize);
        this.pictures = PictureSet.training(recipe.data());
        this.holdout = PictureSet.heldOut(recipe.data(), evalSize);
        this.order = new SampleOrder(recipe.seed(), pictures.size());
        this.network = network(weights);
        this.features = settings.perceptual() == null
                ? null
                : FeatureNetwork.load(Path.of(settings.perceptual().network()));
        this.perceptual = features == null ? null : new PerceptualLoss(features);
    }

    private void fits(String key, int side) {
        int unit = config.downsampling() * config.psz();
        if (side % unit != 0) {
            weights.close();
            frozen.close();
            throw new UserException("Recipe: " + key + " must be a multiple of " + unit
                    + ", the pixels that a token stands for, got " + side);
        }
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        Tensor pixels = pixels(part.own());
        Tensor latents = network.encode(pixels).mean();
        Tensor noise = LatentNoise.draw(settings.noise(), part, latents.shape(), rng);
        Tensor copy = network.decode(latents.add(noise));
        Tensor error = copy.sub(pixels);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("mse", share(error.square().mean(), part));
        parts.put("l1", share(error.abs().mean(), part));
        parts.put("edge", share(differences(error, 2).add(differences(error, 3)), part));
        Tensor total = parts.get("mse")
                .mul(settings.mse())
                .add(parts.get("l1").mul(settings.l1()))
                .add(parts.get("edge").mul(settings.edge()));
        if (perceptual != null && settings.perceptual().weight() > 0) {
            parts.put("perceptual", share(perceptual.of(copy, pixels), part));
            total = total.add(parts.get("perceptual").mul(settings.perceptual().weight()));
        }
        return Losses.of(total, parts);
    }

    private int[] indices(long[] positions) {
        return Arrays.stream(positions).mapToInt(order::at).toArray();
    }

    /** Whole pictures, or a square of each at a place that its position determines. */
    private Tensor pixels(long[] positions) {
        int[] indices = indices(positions);
        if (recipe.data().crop() == null) {
            return pictures.pixels(indices);
        }
        int size = recipe.data().crop();
        List<Crop> crops = IntStream.range(0, positions.length)
                .mapToObj(i -> Crop.at(recipe.seed(), positions[i], indices[i], pictures.side(), size))
                .toList();
        return pictures.crops(crops, size);
    }

    private static Tensor share(Tensor mean, BatchPart part) {
        return part.count() == part.batch() ? mean : mean.mul(part.share());
    }

    @Override
    public Batch batch(long[] positions) {
        int[] indices = indices(positions);
        List<Map<String, Object>> samples = new ArrayList<>();
        for (int index : indices) {
            samples.add(Map.of("index", index, "captions", pictures.captions(index)));
        }
        Tensor pixels = pixels(positions);
        return new Batch(samples, pixels, Map.of("pixels", pixels));
    }

    /** Mean absolute difference between neighbours along a dimension. */
    private static Tensor differences(Tensor error, int dim) {
        long n = error.size(dim) - 1;
        return error.narrow(dim, 1, n).sub(error.narrow(dim, 0, n)).abs().mean();
    }

    @Override
    public void draw(Weights chosen, Path file) {
        Autoencoder drawer = network(chosen);
        try (Scope scope = Scope.open()) {
            Tensor originals = holdout.pixels(
                    IntStream.range(0, Math.min(SHOWN, holdout.size())).toArray());
            Tensor copies =
                    Autograd.off(() -> drawer.decode(drawer.encode(originals).mean()));
            PictureGrid.write(Tensors.cat(List.of(originals, copies), 0), 16, file);
        }
    }

    @Override
    public Map<String, Boolean> figures() {
        return AutoencoderMeasures.figures(perceptual != null);
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        return AutoencoderMeasures.of(network(chosen), holdout, perceptual, Seeds.mix(recipe.seed(), -1));
    }

    @Override
    public void export(Weights chosen, Path folder) {
        config.write(folder);
        WeightFiles.write(folder.resolve("model.safetensors"), whole(chosen), DType.F32, Map.of());
    }

    @Override
    public Workload workload() {
        Workload own = AutoencoderCost.of(
                config,
                new VaeNames(config).expected(),
                config.resolution(),
                recipe.compute(),
                settings.freezeEncoder());
        if (perceptual == null || settings.perceptual().weight() == 0) {
            return own;
        }
        // The original once; the copy there and back, towards the input alone.
        double looking = 3 * features.config().tapFlops(config.resolution());
        return new Workload(own.tokens(), own.flops() + looking, own.activationBytes());
    }

    /** Trained weights together with those that are not trained. */
    private Weights whole(Weights chosen) {
        Weights view = Weights.view();
        frozen.all().forEach(view::put);
        chosen.all().forEach(view::put);
        return view;
    }

    private Autoencoder network(Weights chosen) {
        return new Autoencoder(config, whole(chosen), recipe.compute());
    }

    @Override
    public void close() {
        weights.close();
        frozen.close();
        if (features != null) {
            features.close();
        }
        pictures.close();
        holdout.close();
    }
}
