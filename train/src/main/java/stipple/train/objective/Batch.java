package stipple.train.objective;

import java.util.List;
import java.util.Map;
import stipple.torch.Tensor;

/**
 * The samples of a batch for a person to look at.
 *
 * @param samples one map of facts per sample: its index, caption, ids
 * @param pictures {@code [n, 3, h, w]} in [-1, 1]
 * @param tensors the numbers that went into the network, by name
 */
public record Batch(List<Map<String, Object>> samples, Tensor pictures, Map<String, Tensor> tensors) {}
