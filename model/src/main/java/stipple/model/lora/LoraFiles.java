package stipple.model.lora;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.files.JsonObjectFile;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * Adapters on disk, in the layout of PEFT: {@code adapter_config.json} with rank, alpha and targets, and
 * {@code adapter_model.safetensors} whose names begin with {@code base_model.model.}.
 */
public final class LoraFiles {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";

    private LoraFiles() {}

    /** Writes a folder. */
    public static void write(Path folder, LoraConfig config, Weights adapters) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("peft_type", "LORA").put("r", config.rank()).put("lora_alpha", config.alpha());
        json.put("lora_dropout", 0.0).put("bias", "none").put("inference_mode", true);
        ArrayNode targets = json.putArray("target_modules");
        config.targets().forEach(targets::add);
        List<TensorSource> sources = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> entry : adapters.all().entrySet()) {
                if (!entry.getKey().endsWith(LowRank.ALPHA)) {
                    Tensor plain = stipple.torch.Autograd.off(
                            () -> entry.getValue().to(DType.F32).to(Device.CPU).contiguous());
                    sources.add(new TensorSource(PREFIX + entry.getKey(), DType.F32, plain.shape(), plain::bytes));
                }
            }
            SafetensorsWriter.write(folder.resolve(WEIGHTS), sources, Map.of());
        }
        JsonObjectFile.write(folder.resolve(CONFIG), json);
    }

    /**
     * Reads a folder.
     *
     * @return adapters by layer name, with their alphas
     * @throws UserException if it is no adapter or malformed
     */
    public static Weights read(Path folder) {
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw new UserException("No adapter in " + folder + ": it has no " + CONFIG);
        }
        JsonObjectFile json = JsonObjectFile.read(folder.resolve(CONFIG));
        double alpha = json.number("lora_alpha");
        Weights adapters = new Weights();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS));
                Scope scope = Scope.open()) {
            for (StoredTensor stored : file.tensors().values()) {
                String name =
                        stored.name().startsWith(PREFIX) ? stored.name().substring(PREFIX.length()) : stored.name();
                if (!name.endsWith(LowRank.DOWN) && !name.endsWith(LowRank.UP)) {
                    throw new UserException(file.path() + ": '" + stored.name() + "' is no factor of a LoRA adapter");
                }
                adapters.put(
                        name,
                        Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                                .to(DType.F32));
            }
            for (String name : List.copyOf(adapters.names())) {
                if (name.endsWith(LowRank.DOWN)) {
                    String layer = name.substring(0, name.length() - LowRank.DOWN.length());
                    if (adapters.find(layer + LowRank.UP) == null) {
                        throw new UserException(
                                file.path() + ": the adapter of '" + layer + "' lacks its second factor");
                    }
                    adapters.put(layer + LowRank.ALPHA, Tensors.scalar(alpha));
                }
            }
            return adapters;
        } catch (RuntimeException e) {
            adapters.close();
            throw e;
        }
    }
}
