package stipple.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Parameter tables as safetensors files. */
public final class WeightFiles {
    private WeightFiles() {}

    /** Writes all parameters of a table, cast to a type. */
    public static void write(Path file, Weights weights, DType type, Map<String, String> metadata) {
        List<TensorSource> sources = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> entry : weights.all().entrySet()) {
                sources.add(new TensorSource(
                        entry.getKey(),
                        type,
                        entry.getValue().shape(),
                        () -> Autograd.off(() ->
                                        entry.getValue().to(type).to(Device.CPU).contiguous())
                                .bytes()));
            }
            SafetensorsWriter.write(file, sources, metadata);
        }
    }

    /**
     * Copies the values of a file into parameters of the same names and shapes.
     *
     * @throws UserException if names, shapes or types differ
     */
    public static void readInto(Path file, Weights weights) {
        try (SafetensorsFile stored = SafetensorsFile.open(file);
                Scope scope = Scope.open()) {
            if (!stored.tensors().keySet().equals(weights.names())) {
                throw new UserException(file + " does not hold the tensors of this recipe; was the recipe changed?");
            }
            for (Map.Entry<String, StoredTensor> entry : stored.tensors().entrySet()) {
                Tensor target = weights.get(entry.getKey());
                Tensor source = Tensors.view(
                        entry.getValue().data(),
                        entry.getValue().dtype(),
                        entry.getValue().shape());
                if (!java.util.Arrays.equals(source.shape(), target.shape())) {
                    throw new UserException(
                            file + ": tensor '" + entry.getKey() + "' has another shape than the recipe's");
                }
                Autograd.off(() -> target.copyInPlace(source));
            }
        }
    }
}
