package stipple.model.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.ExpectedTensors;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensors;

/** The weights of a network that fits one file, such as a judge of pictures. */
public final class SmallNetwork {
    private SmallNetwork() {}

    /**
     * Reads a file whole, in float32 whatever it is stored in.
     *
     * @param expected all tensors of the network
     * @throws stipple.torch.UserException if anything is missing or of another shape
     */
    public static Weights read(Path file, List<ExpectedTensor> expected) {
        Weights weights = new Weights();
        try (SafetensorsFile opened = SafetensorsFile.open(file);
                Scope scope = Scope.open()) {
            Map<String, StoredTensor> stored = opened.tensors();
            ExpectedTensors.check(opened.path().toString(), expected, stored);
            for (ExpectedTensor wanted : expected) {
                StoredTensor tensor = stored.get(wanted.name());
                weights.put(
                        wanted.name(),
                        Tensors.copyOf(tensor.data(), tensor.dtype(), tensor.shape())
                                .to(DType.F32));
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }
}
