package stipple.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.features.FeatureConfig;
import stipple.model.features.FeatureNetwork;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.train.files.WeightFiles;

/** A feature network of random weights on disk. */
public final class TinyFeatures {
    private TinyFeatures() {}

    /** Writes it into a folder. */
    public static Path in(Path folder) {
        FeatureConfig config = new FeatureConfig(
                "tiny",
                16,
                8,
                List.of(new FeatureConfig.Block(8, 8, 1), new FeatureConfig.Block(16, 8, 2)),
                12,
                Map.of(0, 1.0, 1, 0.5));
        try (Weights weights = new Weights();
                Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            for (ExpectedTensor tensor : config.expected()) {
                weights.put(tensor.name(), rng.normal(tensor.shape()).mul(0.4));
            }
            WeightFiles.write(folder.resolve(FeatureNetwork.WEIGHTS), weights, DType.F32, Map.of());
        }
        config.write(folder, Map.of());
        return folder;
    }
}
