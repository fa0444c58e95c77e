package stipple.train.objective;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.PictureSet;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.recipe.AutoencoderRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.run.PictureGrid;
import stipple.train.run.WeightFiles;

/**
 * Trains the image tokenizer (paper §1.4): reconstruction from a latent that is normalised per patch and then disturbed
 * by noise of random strength, which makes the decoder forgiving towards the language model's imperfect tokens.
 */
public final class AutoencoderObjective implements Objective {
    private static final int SHOWN = 32;
    private static final int MEASURED = 256;

    private final Recipe recipe;
    private final AutoencoderRecipe settings;
    private final VaeConfig config;
    private final Weights weights;
    private final Autoencoder network;
    private final PictureSet pictures;
    private final PictureSet holdout;
    private final SampleOrder order;

    /** Loads the pictures and makes fresh weights. */
    public AutoencoderObjective(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.autoencoder();
        this.config = settings.config(recipe.data().size());
        this.pictures = PictureSet.load(recipe.data(), recipe.data().families());
        this.holdout = PictureSet.load(recipe.data(), List.of(recipe.data().holdout()));
        this.order = new SampleOrder(recipe.seed(), pictures.size());
        this.weights = FreshWeights.autoencoder(new VaeNames(config).expected(), recipe.seed());
        this.network = new Autoencoder(config, weights, recipe.compute());
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(long[] positions, Rng rng) {
        int[] indices = IntStream.range(0, positions.length)
                .map(i -> order.at(positions[i]))
                .toArray();
        Tensor pixels = pictures.pixels(indices);
        Tensor latents = network.encode(pixels).mean();
        Tensor strength = rng.uniform(0, settings.noise(), positions.length, 1, 1, 1);
        Tensor noisy = latents.add(rng.normal(latents.shape()).mul(strength));
        Tensor error = network.decode(noisy).sub(pixels);
        Tensor mse = error.square().mean();
        Tensor l1 = error.abs().mean();
        Tensor edge = differences(error, 2).add(differences(error, 3));
        Tensor total = mse.mul(settings.mse()).add(l1.mul(settings.l1())).add(edge.mul(settings.edge()));
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("mse", mse);
        parts.put("l1", l1);
        parts.put("edge", edge);
        return new Losses(total, parts);
    }

    /** Mean absolute difference between neighbours along a dimension. */
    private static Tensor differences(Tensor error, int dim) {
        long n = error.size(dim) - 1;
        return error.narrow(dim, 1, n).sub(error.narrow(dim, 0, n)).abs().mean();
    }

    @Override
    public void draw(Weights chosen, Path file) {
        Autoencoder drawer = new Autoencoder(config, chosen, recipe.compute());
        try (Scope scope = Scope.open()) {
            Tensor originals = holdout.pixels(
                    IntStream.range(0, Math.min(SHOWN, holdout.size())).toArray());
            Tensor copies =
                    Autograd.off(() -> drawer.decode(drawer.encode(originals).mean()));
            PictureGrid.write(Tensors.cat(List.of(originals, copies), 0), 16, file);
        }
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        Autoencoder measured = new Autoencoder(config, chosen, recipe.compute());
        int n = Math.min(MEASURED, holdout.size());
        int stride = holdout.size() / n;
        double psnr = 0;
        double noisyPsnr = 0;
        try (Rng rng = new Rng(Seeds.mix(recipe.seed(), -1))) {
            for (int i = 0; i < n; i++) {
                try (Scope scope = Scope.open()) {
                    Tensor original = holdout.pixels(i * stride);
                    Tensor latents =
                            Autograd.off(() -> measured.encode(original).mean());
                    Tensor disturbed = latents.add(rng.normal(latents.shape()).mul(0.2));
                    psnr += psnr(original, Autograd.off(() -> measured.decode(latents)));
                    noisyPsnr += psnr(original, Autograd.off(() -> measured.decode(disturbed)));
                }
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("psnr", psnr / n);
        figures.put("psnr_noise_0.2", noisyPsnr / n);
        return figures;
    }

    /** Peak signal-to-noise ratio in dB of pictures whose range is 2 wide. */
    private static double psnr(Tensor a, Tensor b) {
        return 10 * Math.log10(4 / a.sub(b.clamp(-1, 1)).square().mean().item());
    }

    @Override
    public void export(Weights chosen, Path folder) {
        config.write(folder);
        WeightFiles.write(folder.resolve("model.safetensors"), chosen, DType.F32, Map.of());
    }

    @Override
    public long tokensPerSample() {
        long side = recipe.data().size() / config.downsampling() / Math.max(1, config.psz());
        return side * side;
    }

    @Override
    public void close() {
        weights.close();
        pictures.close();
        holdout.close();
    }
}
