package stipple.train.rl;

import stipple.model.NextStepModel;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Tensor;

/** The weights as they are when pictures are sampled. */
final class RolloutWeights {
    private RolloutWeights() {}

    /**
     * A model to sample with, in the current scope. In float32 it is the same one. In other types every matrix is rounded, as
     * the parallel pass rounds it when it is used, so that both passes have the same policy in view and differ in their
     * arithmetic alone; adapters and vectors stay as they are.
     */
    static NextStepModel of(NextStepModel model) {
        DType compute = model.backbone().compute();
        if (compute == DType.F32) {
            return model;
        }
        Weights view = Weights.view();
        model.weights().all().forEach((name, tensor) -> view.put(name, rounded(name, tensor, compute)));
        return new NextStepModel(model.config(), view, compute);
    }

    private static Tensor rounded(String name, Tensor tensor, DType compute) {
        boolean adapter = name.endsWith(LowRank.DOWN) || name.endsWith(LowRank.UP) || name.endsWith(LowRank.ALPHA);
        return adapter || tensor.shape().length != 2 ? tensor : Autograd.off(() -> tensor.to(compute));
    }
}
