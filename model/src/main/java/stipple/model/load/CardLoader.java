package stipple.model.load;

import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.model.quant.QuantisedMatrix;
import stipple.torch.Cards;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.StagedUpload;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.PackedMatrix;

/**
 * Brings stored tensors to a graphics card, one at a time: files are read into buffers that the card fetches while the next
 * piece is read, and types are changed and weights rounded on the card. The first rounded matrix is multiplied once, to see
 * that the card does it right.
 */
final class CardLoader implements AutoCloseable {
    private final Device device;
    private final DType type;
    private final Quantisation quantisation;
    private final StagedUpload upload;
    private boolean checked;

    /**
     * A loader to a device.
     *
     * @param type of plain tensors
     * @param quantisation how to round large matrices, or null; what is stored quantised stays so
     */
    CardLoader(Device device, DType type, Quantisation quantisation) {
        this.device = device;
        this.type = type;
        this.quantisation = quantisation;
        upload = StagedUpload.to(device);
        Cards.exactFloat32();
    }

    /** Puts a tensor of a network into a table. */
    void load(Weights weights, Map<String, StoredTensor> tensors, ExpectedTensor wanted) {
        StoredTensor stored = tensors.get(wanted.name());
        try (Scope scope = Scope.open()) {
            if (PackedTensors.packed(tensors, wanted.name())) {
                PackedMatrix mapped = QuantisedMatrix.mapped(tensors, wanted.name(), wanted.shape());
                if (CardMatrix.takes(mapped.format(), wanted.shape())) {
                    weights.put(wanted.name(), moved(mapped));
                } else {
                    weights.put(wanted.name(), mapped.dequantise().to(type).to(device));
                }
            } else if (quantisation != null && quantisation.coversOn(device, wanted.name(), wanted.shape())) {
                weights.put(wanted.name(), rounded(stored));
            } else {
                weights.put(wanted.name(), uploaded(stored).to(type));
            }
        }
    }

    private CardMatrix rounded(StoredTensor stored) {
        try {
            if (quantisation.format().packed() && quantisation.group() > 0) {
                // The search for the scales of int4 is the processor's.
                return moved(quantisation.apply(stored.name(), WeightsLoader.mapped(stored)));
            }
            CardMatrix matrix = CardMatrix.round(uploaded(stored), quantisation.format());
            if (!checked) {
                matrix.requireRight(matrix.dequantise());
                checked = true;
            }
            return matrix;
        } catch (UserException refusal) {
            throw refusal.getMessage().startsWith(stored.name())
                    ? refusal
                    : new UserException(stored.name() + ": " + refusal.getMessage(), refusal);
        }
    }

    /** A matrix in the layout of the CPU, brought over. */
    private CardMatrix moved(PackedMatrix mapped) {
        PackedMatrix there = new PackedMatrix(
                mapped.format(),
                mapped.out(),
                mapped.in(),
                mapped.group(),
                upload.upload(
                        mapped.data().bytes(),
                        mapped.data().dtype(),
                        mapped.data().shape()),
                upload.upload(
                        mapped.scales().bytes(),
                        mapped.scales().dtype(),
                        mapped.scales().shape()));
        CardMatrix matrix = CardMatrix.of(there);
        if (!checked) {
            matrix.requireRight(there.dequantise());
            checked = true;
        }
        return matrix;
    }

    private Tensor uploaded(StoredTensor stored) {
        return upload.upload(stored.data(), stored.dtype(), stored.shape());
    }

    @Override
    public void close() {
        upload.close();
    }
}
