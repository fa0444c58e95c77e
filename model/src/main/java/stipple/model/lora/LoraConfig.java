package stipple.model.lora;

import java.util.List;
import stipple.torch.UserException;

/**
 * Which layers get a low-rank adapter, and how strong it is.
 *
 * @param rank width of the bottleneck
 * @param alpha the adapter's output is scaled by {@code alpha / rank}
 * @param targets last parts of layer names, such as {@code q_proj}, or whole names, such as {@code image_out_projector}
 */
public record LoraConfig(int rank, double alpha, List<String> targets) {
    /** The attention and MLP projections of the backbone. */
    public static final List<String> BACKBONE =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    /** Checks ranges. */
    public LoraConfig {
        if (rank < 1) {
            throw new UserException("The LoRA rank must be at least 1, got " + rank);
        }
        if (!(alpha > 0)) {
            throw new UserException("LoRA alpha must be above 0, got " + alpha);
        }
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new UserException("LoRA needs at least one target layer, for example q_proj");
        }
    }

    /** Whether a layer of this name is a target. */
    public boolean matches(String layer) {
        return targets.stream().anyMatch(target -> layer.equals(target) || layer.endsWith("." + target));
    }
}
