package stipple.train.objective;

import java.util.List;
import java.util.Map;
import stipple.model.backbone.CheckpointedPass;
import stipple.torch.Tensor;
import stipple.train.objective.Objective.GradientsReady;
import stipple.train.objective.Objective.Losses;

/** Losses whose backward pass comes down layer by layer, telling which gradients are complete. */
public final class LayerGradients {
    private static final String LAYERS = "layers.";

    /** Everything that only sees the last hidden states. */
    private static final List<String> BEHIND_LAYERS =
            List.of("norm.", "image_out_projector.", "image_head.", "lm_head.", "before_lm_head.");

    private LayerGradients() {}

    /**
     * A loss behind a pass through the backbone that keeps layer inputs only.
     *
     * @param total what is differentiated, {@code []}, computed from the result of the pass
     * @param parts named scalars for the log
     */
    public static Losses of(CheckpointedPass pass, Tensor total, Map<String, Tensor> parts) {
        return new Losses(total, parts, ready -> backward(pass, total, ready));
    }

    private static void backward(CheckpointedPass pass, Tensor total, GradientsReady ready) {
        pass.backward(total, layer -> ready.ready(name -> complete(name, layer)));
    }

    /** Whether a gradient is complete when the backward pass has come down to a layer: what is behind it, and the heads. */
    private static boolean complete(String name, int layer) {
        if (name.startsWith(LAYERS)) {
            int end = name.indexOf('.', LAYERS.length());
            return Integer.parseInt(name, LAYERS.length(), end, 10) >= layer;
        }
        return BEHIND_LAYERS.stream().anyMatch(name::startsWith);
    }
}
