package stipple.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.files.WeightFiles;
import stipple.train.objective.Batch;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.objective.Workload;

/** One parameter and any loss of it; evaluations come from a list. */
final class ToyObjective implements Objective {
    private final Weights weights = new Weights();
    private final UnaryOperator<Tensor> loss;
    private final List<Double> scores;
    private int evaluated;

    ToyObjective(UnaryOperator<Tensor> loss, Double... scores) {
        this.loss = loss;
        this.scores = List.of(scores);
        try (Scope scope = Scope.open()) {
            weights.put("w", Tensors.full(1, DType.F32, 2, 2));
        }
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        return Losses.of(loss.apply(weights.get("w")), Map.of());
    }

    @Override
    public Batch batch(long[] positions) {
        return new Batch(
                List.of(Map.of("caption", "a toy")),
                Tensors.zeros(DType.F32, 1, 3, 4, 4),
                Map.of("pixels", Tensors.zeros(DType.F32, 1, 3, 4, 4)));
    }

    @Override
    public void draw(Weights chosen, Path file) {
        // There is nothing to see.
    }

    @Override
    public Map<String, Boolean> figures() {
        return Map.of("score", true, "error", false);
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        double score = evaluated < scores.size() ? scores.get(evaluated) : 0;
        evaluated++;
        return Map.of("score", score, "error", score);
    }

    @Override
    public void export(Weights chosen, Path folder) {
        WeightFiles.write(folder.resolve("model.safetensors"), chosen, DType.F32, Map.of());
    }

    @Override
    public Workload workload() {
        return new Workload(1, 1, 1);
    }

    @Override
    public void close() {
        weights.close();
    }
}
