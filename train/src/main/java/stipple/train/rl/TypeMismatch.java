package stipple.train.rl;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.objective.TrainedModel;

/**
 * How far log-probabilities of the parallel pass are from those of sampling token by token when the parallel pass computes in
 * float32 and when it does in bfloat16, whatever the run's own type: one picture of a part is read once in each. Log-probabilities
 * are of flow steps, means over the values of a token; what is told is the mean of their absolute differences.
 */
final class TypeMismatch {
    private static final List<DType> TYPES = List.of(DType.F32, DType.BF16);

    private final TrainedModel model;
    private final Rollouts rollouts;

    TypeMismatch(TrainedModel model, Rollouts rollouts) {
        this.model = model;
        this.rollouts = rollouts;
    }

    /**
     * Measures.
     *
     * @param first position of the part's first group
     * @param picture which of the part's pictures is read
     */
    Map<DType, Double> of(long first, Sampled sampled, int picture, List<FlowStep> steps) {
        Map<DType, Double> measured = new EnumMap<>(DType.class);
        int[] chosen = {picture};
        for (DType type : TYPES) {
            NextStepModel network = new NextStepModel(
                    model.config(), model.weights().with(model.weights().trained()), type);
            try (Scope scope = Scope.open()) {
                measured.put(type, Autograd.off(() -> difference(network, first, sampled, chosen, steps)));
            }
        }
        return measured;
    }

    private double difference(NextStepModel network, long first, Sampled sampled, int[] chosen, List<FlowStep> steps) {
        PolicyPass pass = rollouts.pass(network, first, sampled, chosen);
        double sum = 0;
        for (FlowStep step : steps) {
            StepPoints points = StepPoints.of(sampled, step, chosen);
            Tensor parallel = pass.logProb(step, points);
            sum += parallel.sub(points.sequential(step)).abs().mean().item();
        }
        return sum / steps.size();
    }
}
