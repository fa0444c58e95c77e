package stipple.train.rl;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.model.NextStepModel;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.train.objective.TrainedModel;

/**
 * How far log-probabilities of the parallel pass are from those of sampling token by token when both compute in float32 and when
 * both do in bfloat16, whatever the run's own type: one picture of the batch is drawn once more in each, from the same noise, and
 * read in the same. Log-probabilities are of flow steps, means over the values of a token; what is told is the mean of their
 * absolute differences.
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
     * Measures on the first picture of a group.
     *
     * @param group position of the group
     */
    Map<DType, Double> of(long group, List<FlowStep> steps) {
        Map<DType, Double> measured = new EnumMap<>(DType.class);
        for (DType type : TYPES) {
            NextStepModel network = new NextStepModel(
                    model.config(), model.weights().with(model.weights().trained()), type);
            try (Scope scope = Scope.open()) {
                measured.put(type, Autograd.off(() -> difference(network, group, steps)));
            }
        }
        return measured;
    }

    private double difference(NextStepModel network, long group, List<FlowStep> steps) {
        Sampled drawn = rollouts.redraw(
                network, group, steps.stream().map(FlowStep::index).collect(Collectors.toSet()));
        PolicyPass pass = rollouts.pass(network, group, drawn);
        double sum = 0;
        for (FlowStep step : steps) {
            StepPoints points = step.points(drawn, group, rollouts.learnt(group, new int[1]));
            sum += pass.logProb(step, points)
                    .sub(points.sequential(step).orElseThrow())
                    .abs()
                    .mean()
                    .item();
        }
        return sum / steps.size();
    }
}
