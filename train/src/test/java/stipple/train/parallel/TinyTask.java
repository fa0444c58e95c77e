package stipple.train.parallel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.Seeds;
import stipple.train.files.WeightFiles;
import stipple.train.objective.Batch;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.objective.Workload;

/** Learns a function of eight numbers with a little noise on them, in a network that needs no data set. */
final class TinyTask implements Objective {
    private static final int WIDTH = 8;
    private static final int HIDDEN = 16;

    private final Weights weights = new Weights();

    /** Must be called with a scope open. */
    TinyTask() {
        try (Rng rng = new Rng(3)) {
            weights.put("first", rng.normal(HIDDEN, WIDTH).mul(0.3));
            weights.put("bias", Tensors.zeros(DType.F32, HIDDEN));
            weights.put("second", rng.normal(1, HIDDEN).mul(0.3));
            weights.put("unused", Tensors.full(1, DType.F32, 5));
        }
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        long[] own = part.own();
        float[] inputs = new float[own.length * WIDTH];
        float[] targets = new float[own.length];
        for (int i = 0; i < own.length; i++) {
            SplittableRandom random = new SplittableRandom(Seeds.mix(11, own[i]));
            for (int j = 0; j < WIDTH; j++) {
                float x = (float) random.nextDouble(-1, 1);
                inputs[i * WIDTH + j] = x;
                targets[i] += x * (j - 3);
            }
        }
        Tensor noise = rng.normal(part.batch(), WIDTH).narrow(0, part.from(), part.count());
        Tensor x = Tensors.of(inputs, own.length, WIDTH).add(noise.mul(0.1));
        Tensor hidden = x.matmul(weights.get("first").transpose(0, 1))
                .add(weights.get("bias"))
                .sigmoid();
        Tensor error =
                hidden.matmul(weights.get("second").transpose(0, 1)).squeeze(1).sub(Tensors.of(targets, own.length));
        Tensor loss = error.square().mean().mul(part.share());
        return Losses.of(loss, Map.of("error", loss));
    }

    @Override
    public Batch batch(long[] positions) {
        return new Batch(List.of(), Tensors.zeros(DType.F32, 1, 3, 4, 4), Map.of());
    }

    @Override
    public void draw(Weights chosen, Path file) {
        // Nothing to see.
    }

    @Override
    public Map<String, Boolean> figures() {
        return Map.of("first", false);
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        return Map.of("first", chosen.get("first").sum().item());
    }

    @Override
    public void export(Weights chosen, Path folder) {
        WeightFiles.write(folder.resolve("model.safetensors"), chosen, DType.F32, Map.of());
    }

    @Override
    public Workload workload() {
        return new Workload(1, 1000, 1000);
    }

    @Override
    public void close() {
        weights.close();
    }
}
