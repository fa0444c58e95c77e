package stipple.model.lora;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.Task;
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
    private static final String MODEL = "model.";

    private LoraFiles() {}

    /** Whether a folder holds an adapter. */
    public static boolean in(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    /**
     * The file with the factors.
     *
     * @throws UserException if the folder holds no adapter
     */
    public static Path weights(Path folder) {
        if (!in(folder)) {
            throw new UserException("No adapter in " + folder + ": it has no " + CONFIG);
        }
        return folder.resolve(WEIGHTS);
    }

    /** Writes a folder of which nobody says what the adapters were trained for. */
    public static void write(Path folder, LoraConfig config, Weights adapters, String base) {
        write(folder, config, adapters, base, Set.of());
    }

    /**
     * Writes a folder.
     *
     * @param base where the weights come from that the adapters were trained on
     * @param tasks what the model can be asked for with them, empty to say nothing
     */
    public static void write(Path folder, LoraConfig config, Weights adapters, String base, Set<Task> tasks) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("base_model_name_or_path", base);
        json.put("peft_type", "LORA").put("r", config.rank()).put("lora_alpha", config.alpha());
        json.put("lora_dropout", 0.0).put("bias", "none").put("inference_mode", true);
        ArrayNode targets = json.putArray("target_modules");
        config.targets().forEach(targets::add);
        if (!tasks.isEmpty()) {
            Task.write(json.putObject(ModelConfigReader.STIPPLE), tasks);
        }
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
     * A model's config as it is with adapters added: what one of them was trained for can be asked for then.
     *
     * @throws UserException if a folder holds no adapter
     */
    public static ModelConfig taught(ModelConfig config, List<AdapterChoice> choices) {
        Set<Task> tasks = config.tasks();
        for (AdapterChoice choice : choices) {
            weights(choice.folder());
            JsonObjectFile json = JsonObjectFile.read(choice.folder().resolve(CONFIG));
            tasks = Task.union(
                    tasks,
                    json.object(ModelConfigReader.STIPPLE).map(Task::read).orElse(Set.of()));
        }
        return config.withTasks(tasks);
    }

    /**
     * Reads a folder, ours or one that PEFT wrote.
     *
     * @return adapters by layer name, with their alphas
     * @throws UserException if it is no adapter, malformed, or of a kind that is more than two factors and a scale
     */
    public static Weights read(Path folder) {
        return read(folder, Device.CPU);
    }

    /**
     * As {@link #read(Path)}.
     *
     * @param device where the adapters are put
     */
    public static Weights read(Path folder, Device device) {
        Path weights = weights(folder);
        JsonObjectFile json = JsonObjectFile.read(folder.resolve(CONFIG));
        refuseUnsupported(json);
        double alpha = json.number("lora_alpha");
        Weights adapters = new Weights();
        try (SafetensorsFile file = SafetensorsFile.open(weights);
                Scope scope = Scope.open()) {
            for (StoredTensor stored : file.tensors().values()) {
                String name = name(stored.name());
                if (!name.endsWith(LowRank.DOWN) && !name.endsWith(LowRank.UP)) {
                    throw new UserException(file.path() + ": '" + stored.name() + "' is no factor of a LoRA adapter");
                }
                adapters.put(
                        name,
                        Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                                .to(DType.F32)
                                .to(device));
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

    /** The layer's name in our tables: without the prefixes of PEFT and of Hugging Face's model classes. */
    private static String name(String stored) {
        String name = stored.startsWith(PREFIX) ? stored.substring(PREFIX.length()) : stored;
        return name.startsWith(MODEL) ? name.substring(MODEL.length()) : name;
    }

    /** Settings that would change what the two factors mean; taking them for plain LoRA would draw something else. */
    private static void refuseUnsupported(JsonObjectFile json) {
        for (String flag : List.of("use_dora", "use_rslora", "fan_in_fan_out")) {
            if (json.flag(flag, false)) {
                throw new UserException(json.where() + ": " + flag + " is not supported, only plain LoRA");
            }
        }
        String kind = json.text("peft_type", "LORA");
        if (!kind.equals("LORA")) {
            throw new UserException(json.where() + " is an adapter of type " + kind + ", only LORA is supported");
        }
        if (!json.text("bias", "none").equals("none")) {
            throw new UserException(json.where() + ": trained biases are not supported, only bias 'none'");
        }
        if (json.object("alpha_pattern").map(o -> !o.node().isEmpty()).orElse(false)) {
            throw new UserException(json.where() + ": alpha_pattern is not supported, only one lora_alpha for all");
        }
    }
}
