package stipple.model.load;

import java.nio.file.Path;
import java.util.Map;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Device;

/**
 * An image tokenizer in memory, from {@code checkpoint.pt} or safetensors, in old or diffusers naming.
 *
 * @param network the autoencoder
 * @param weights what it is a view of
 */
public record LoadedAutoencoder(Autoencoder network, Weights weights) implements AutoCloseable {
    /**
     * Loads the folder of an image tokenizer.
     *
     * @throws stipple.torch.UserException if anything is missing or malformed
     */
    public static LoadedAutoencoder load(Path folder, DType type, Device device) {
        VaeConfig config = VaeConfig.read(folder);
        CheckpointFiles files = CheckpointFiles.openAutoencoder(folder);
        try {
            VaeNames names = new VaeNames(config);
            Map<String, StoredTensor> tensors = names.canonical(files.tensors());
            Weights weights = WeightsLoader.load(files, tensors, names.expected(), type, device, null);
            return new LoadedAutoencoder(new Autoencoder(config, weights, type), weights);
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Random weights of a shape, to measure speed with. */
    static LoadedAutoencoder synthetic(VaeConfig config, DType type, Device device, long seed) {
        Weights weights = SyntheticWeights.of(new VaeNames(config).expected(), type, device, null, seed);
        return new LoadedAutoencoder(new Autoencoder(config, weights, type), weights);
    }

    @Override
    public void close() {
        weights.close();
    }
}
