package stipple.model.load;

import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.ExpectedTensors;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Brings stored tensors into memory, one at a time: each is cast and moved by itself, so the peak is the target size plus
 * one tensor. A tensor that already has the wanted type stays where it is, mapped from its file.
 */
final class WeightsLoader {
    private WeightsLoader() {}

    /**
     * Loads a network's tensors.
     *
     * @param files stay open as long as the weights do
     * @param tensors what the files hold, under canonical names
     * @param expected what the network wants; tensors it ignores are left out
     * @throws stipple.torch.UserException listing what is missing, unexpected or of another shape
     */
    static Weights load(
            CheckpointFiles files,
            Map<String, StoredTensor> tensors,
            List<ExpectedTensor> expected,
            DType type,
            Device device) {
        ExpectedTensors.check(files.source().toString(), expected, tensors);
        Weights weights = new Weights();
        try {
            for (ExpectedTensor wanted : expected) {
                StoredTensor stored = tensors.get(wanted.name());
                if (stored != null && wanted.presence() != ExpectedTensor.Presence.IGNORED) {
                    weights.put(wanted.name(), place(stored, type, device));
                }
            }
            weights.keepOpen(files);
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static Tensor place(StoredTensor stored, DType type, Device device) {
        Scope target = Scope.detached();
        try (Scope scope = Scope.open()) {
            Tensor mapped = aligned(stored)
                    ? Tensors.view(stored.data(), stored.dtype(), stored.shape())
                    : Tensors.copyOf(stored.data(), stored.dtype(), stored.shape());
            return target.adopt(mapped.to(type).to(device));
        }
    }

    private static boolean aligned(StoredTensor stored) {
        return stored.data().address() % stored.dtype().bytes() == 0;
    }
}
