package stipple.model.load;

import java.util.List;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

/** Random weights of a given shape in their final format; no file, and no larger format on the way. */
final class SyntheticWeights {
    /** As fresh matrices begin; activations neither vanish nor overflow. */
    private static final double DEVIATION = 0.02;

    private SyntheticWeights() {}

    /**
     * Weights for a network: matrices random, norms one, biases zero. Optional tensors are left out.
     *
     * @param quantisation of the large matrices, or null
     */
    static Weights of(List<ExpectedTensor> expected, DType type, Device device, Quantisation quantisation, long seed) {
        Weights weights = new Weights();
        try (RandomTensors random = RandomTensors.normal(type, DEVIATION, seed);
                RandomTensors bytes = RandomTensors.bytes(seed)) {
            for (ExpectedTensor tensor : expected) {
                if (tensor.presence() == ExpectedTensor.Presence.REQUIRED) {
                    try (Scope scope = Scope.open()) {
                        boolean rounded =
                                quantisation != null && quantisation.coversOn(device, tensor.name(), tensor.shape());
                        if (rounded && device.equals(Device.CPU)) {
                            weights.put(tensor.name(), packed(tensor.shape(), quantisation, bytes));
                        } else if (rounded) {
                            weights.put(tensor.name(), onCard(tensor.shape(), quantisation, bytes, random, device));
                        } else {
                            weights.put(
                                    tensor.name(), plain(tensor, type, random).to(device));
                        }
                    }
                }
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static Tensor plain(ExpectedTensor tensor, DType type, RandomTensors random) {
        if (tensor.shape().length > 1) {
            return random.next(tensor.shape());
        }
        return Tensors.full(tensor.name().endsWith(".weight") ? 1 : 0, type, tensor.shape());
    }

    private static CardMatrix onCard(
            long[] shape, Quantisation quantisation, RandomTensors bytes, RandomTensors values, Device device) {
        if (!quantisation.format().packed()) {
            return CardMatrix.round(values.next(shape).to(device), quantisation.format());
        }
        PackedMatrix packed = packed(shape, quantisation, bytes);
        return CardMatrix.of(new PackedMatrix(
                packed.format(),
                packed.out(),
                packed.in(),
                packed.group(),
                packed.data().to(device),
                packed.scales().to(device)));
    }

    private static PackedMatrix packed(long[] shape, Quantisation quantisation, RandomTensors bytes) {
        WeightFormat format = quantisation.format();
        // Evenly spread integers have a deviation of their range over the root of twelve.
        double scale = DEVIATION * Math.sqrt(12) / (1 << format.bits());
        return new PackedMatrix(
                format,
                Math.toIntExact(shape[0]),
                Math.toIntExact(shape[1]),
                quantisation.group(),
                bytes.next(PackedMatrix.dataShape(format, shape[0], shape[1])),
                Tensors.full(
                        scale,
                        PackedMatrix.scaleType(format),
                        PackedMatrix.scaleShape(format, shape[0], shape[1], quantisation.group())));
    }
}
