package stipple.model.load;

import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.ExpectedTensors;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.model.quant.QuantisedMatrix;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Brings stored tensors into memory, one at a time: each is cast and moved by itself, so the peak is the target size plus
 * one tensor. On the CPU a tensor that already has the wanted type stays where it is, mapped from its file; so do quantised
 * matrices.
 */
final class WeightsLoader {
    private WeightsLoader() {}

    /**
     * Loads a network's tensors.
     *
     * @param files stay open as long as the weights do
     * @param tensors what the files hold, under canonical names
     * @param expected what the network wants; tensors it ignores are left out
     * @param quantisation how to round large matrices, or null; what is stored quantised stays so
     * @throws stipple.torch.UserException listing what is missing, unexpected or of another shape
     */
    static Weights load(
            CheckpointFiles files,
            Map<String, StoredTensor> tensors,
            List<ExpectedTensor> expected,
            DType type,
            Device device,
            Quantisation quantisation) {
        ExpectedTensors.check(files.source().toString(), expected, tensors);
        Weights weights = new Weights();
        try (CardLoader card = device.equals(Device.CPU) ? null : new CardLoader(device, type, quantisation)) {
            for (ExpectedTensor wanted : expected) {
                StoredTensor stored = tensors.get(wanted.name());
                if (stored == null || wanted.presence() == ExpectedTensor.Presence.IGNORED) {
                    continue;
                }
                if (card != null) {
                    card.load(weights, tensors, wanted);
                } else {
                    load(weights, tensors, wanted, type, quantisation);
                }
            }
            weights.keepOpen(files);
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static void load(
            Weights weights,
            Map<String, StoredTensor> tensors,
            ExpectedTensor wanted,
            DType type,
            Quantisation quantisation) {
        StoredTensor stored = tensors.get(wanted.name());
        if (PackedTensors.packed(tensors, wanted.name())) {
            try (Scope scope = Scope.open()) {
                weights.put(wanted.name(), QuantisedMatrix.mapped(tensors, wanted.name(), wanted.shape()));
            }
        } else if (quantisation != null && quantisation.covers(wanted.name(), wanted.shape())) {
            try (Scope scope = Scope.open()) {
                weights.put(wanted.name(), quantisation.apply(wanted.name(), mapped(stored)));
            }
        } else {
            weights.put(wanted.name(), place(stored, type));
        }
    }

    private static Tensor place(StoredTensor stored, DType type) {
        Scope target = Scope.detached();
        try (Scope scope = Scope.open()) {
            return target.adopt(mapped(stored).to(type));
        }
    }

    /** A tensor where it lies in its file, copied if it is not aligned; in the current scope. */
    static Tensor mapped(StoredTensor stored) {
        return aligned(stored)
                ? Tensors.view(stored.data(), stored.dtype(), stored.shape())
                : Tensors.copyOf(stored.data(), stored.dtype(), stored.shape());
    }

    private static boolean aligned(StoredTensor stored) {
        return stored.data().address() % stored.dtype().bytes() == 0;
    }
}
