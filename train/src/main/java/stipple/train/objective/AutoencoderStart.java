package stipple.train.objective;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.load.LoadedAutoencoder;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.recipe.Recipe;

/**
 * What the training of an image tokenizer begins with.
 *
 * @param config shape of the network; its resolution is that of training
 * @param trained what is trained, float32, owned by whoever asked
 * @param frozen the encoder if it is not trained, otherwise empty; owned likewise
 */
record AutoencoderStart(VaeConfig config, Weights trained, Weights frozen) {
    /** Fresh weights, or those of the image tokenizer that the recipe names. */
    static AutoencoderStart of(Recipe recipe) {
        int resolution = recipe.data().crop() == null
                ? recipe.data().size()
                : recipe.data().crop();
        String init = recipe.autoencoder().init();
        if (init == null) {
            VaeConfig config = recipe.autoencoder().config(resolution);
            Weights fresh = FreshWeights.autoencoder(new VaeNames(config).expected(), recipe.seed());
            return new AutoencoderStart(config, fresh, new Weights());
        }
        Path folder = Path.of(init);
        VaeConfig config = recipe.autoencoder().config(resolution, VaeConfig.read(folder));
        try (LoadedAutoencoder loaded = LoadedAutoencoder.load(folder, DType.F32, Device.CPU)) {
            boolean whole = !recipe.autoencoder().freezeEncoder();
            return new AutoencoderStart(
                    config,
                    copy(loaded.weights(), name -> whole || name.startsWith("decoder.")),
                    copy(loaded.weights(), name -> !whole && name.startsWith("encoder.")));
        }
    }

    /** Loaded weights are mapped from their files, which training must not write to. */
    private static Weights copy(Weights mapped, Predicate<String> chosen) {
        Weights own = new Weights();
        try (Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> entry : mapped.all().entrySet()) {
                if (chosen.test(entry.getKey())) {
                    Tensor source = entry.getValue();
                    own.put(
                            entry.getKey(),
                            Tensors.empty(DType.F32, source.shape()).copyInPlace(source));
                }
            }
        }
        return own;
    }
}
