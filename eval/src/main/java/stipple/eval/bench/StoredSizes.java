package stipple.eval.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.eval.bench.ModelCosts.StoredSize;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.nn.Weights;

/** Sizes of the tensors of a loaded model. */
final class StoredSizes {
    private StoredSizes() {}

    static ModelCosts costs(NextStepCheckpoint checkpoint, long cacheRow) {
        return new ModelCosts(
                checkpoint.config(),
                checkpoint.autoencoder().config(),
                of(checkpoint.weights()),
                of(checkpoint.autoencoderWeights()),
                cacheRow);
    }

    private static Map<String, StoredSize> of(Weights weights) {
        Map<String, StoredSize> sizes = new LinkedHashMap<>();
        weights.all()
                .forEach((name, tensor) -> sizes.put(
                        name,
                        new StoredSize(
                                tensor.count(),
                                (double) tensor.count() * tensor.dtype().bytes(),
                                tensor.dim() > 1)));
        weights.allPacked()
                .forEach((name, matrix) ->
                        sizes.put(name, new StoredSize((long) matrix.out() * matrix.in(), matrix.bytes(), true)));
        weights.allCards()
                .forEach((name, matrix) ->
                        sizes.put(name, new StoredSize((long) matrix.out() * matrix.in(), matrix.bytes(), true)));
        return sizes;
    }
}
