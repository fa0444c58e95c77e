package stipple.model.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.Task;
import stipple.model.config.VaeLocation;
import stipple.model.lora.AdapterChoice;
import stipple.model.lora.LoraFiles;
import stipple.model.quant.QuantisedMatrix;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * Copies a checkpoint as safetensors, with its weights stored in another type or with adapters merged into them; quantised
 * weights are restored. One tensor is in memory at a time.
 */
public final class CheckpointConverter {
    private CheckpointConverter() {}

    /**
     * Converts a folder.
     *
     * @param type of all floating-point tensors
     * @throws UserException if the source is no checkpoint, or the target is not a new or empty folder
     */
    public static void convert(Path from, Path to, DType type) {
        convert(from, to, type, List.of());
    }

    /**
     * Converts a folder and adds adapters to its weights, in float32.
     *
     * @param type of all floating-point tensors, or null to leave each in its own
     * @throws UserException as {@link #convert(Path, Path, DType)}, or if an adapter was made for another model
     */
    public static void convert(Path from, Path to, DType type, List<AdapterChoice> choices) {
        ModelConfig config = ModelConfigReader.read(from);
        FolderCopy.requireEmpty(to);
        Path vae = VaeLocation.find(from, config);
        Path vaeTarget = FolderCopy.autoencoder(to, config);
        try (CheckpointFiles files = CheckpointFiles.open(from);
                MergedAdapters adapters = MergedAdapters.read(choices)) {
            Map<String, StoredTensor> tensors = files.tensors();
            adapters.requireLayers(tensors.keySet());
            boolean quantised = tensors.keySet().stream().anyMatch(name -> PackedTensors.packed(tensors, name));
            if (quantised && type == null) {
                throw new UserException(
                        from + " is quantised: adapters are merged into plain weights; add --to float32 or"
                                + " --to bfloat16");
            }
            FolderCopy.companions(from, to, json -> {
                json.remove(CheckpointQuantiser.NOTE);
                noteType(json, type);
                noteTasks(json, LoraFiles.taught(config, choices).tasks());
            });
            write(tensors, shapes(config), to, type, adapters);
        }
        FolderCopy.companions(vae, vaeTarget, json -> noteType(json, type));
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(vae)) {
            write(files.tensors(), Map.of(), vaeTarget, type, MergedAdapters.NONE);
        }
    }

    private static void noteTasks(ObjectNode json, Set<Task> tasks) {
        if (json.get(ModelConfigReader.STIPPLE) instanceof ObjectNode own) {
            Task.write(own, tasks);
        }
    }

    static void noteType(ObjectNode json, DType type) {
        if (type != null && json.has("torch_dtype")) {
            json.put("torch_dtype", type == DType.BF16 ? "bfloat16" : "float32");
        }
    }

    private static Map<String, long[]> shapes(ModelConfig config) {
        Map<String, long[]> shapes = new HashMap<>();
        for (ExpectedTensor expected : BackboneNames.expected(config)) {
            shapes.put(expected.name(), expected.shape());
        }
        return shapes;
    }

    private static void write(
            Map<String, StoredTensor> tensors,
            Map<String, long[]> shapes,
            Path to,
            DType type,
            MergedAdapters adapters) {
        try (Converted converted = new Converted(tensors, adapters)) {
            List<TensorSource> sources = new ArrayList<>();
            for (StoredTensor stored : tensors.values()) {
                String name = stored.name();
                DType target = type == null ? stored.dtype() : type;
                if (PackedTensors.packed(tensors, name)) {
                    long[] shape = shapes.getOrDefault(name, new long[0]);
                    sources.add(new TensorSource(name, target, shape, () -> converted.restored(name, target, shape)));
                } else if (!PackedTensors.scales(tensors, name)) {
                    boolean changed =
                            stored.dtype().isFloating() && (target != stored.dtype() || adapters.change(name));
                    sources.add(
                            changed
                                    ? new TensorSource(name, target, stored.shape(), () -> converted.of(stored, target))
                                    : TensorSource.of(stored));
                }
            }
            ShardedWriter.write(to, sources, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        }
    }

    /** Holds the one tensor that is being written. */
    private static final class Converted implements AutoCloseable {
        private final Map<String, StoredTensor> tensors;
        private final MergedAdapters adapters;
        private Scope owner = Scope.detached();

        Converted(Map<String, StoredTensor> tensors, MergedAdapters adapters) {
            this.tensors = tensors;
            this.adapters = adapters;
        }

        MemorySegment of(StoredTensor stored, DType type) {
            try (Scope scope = Scope.open()) {
                return merged(stored.name(), Tensors.copyOf(stored.data(), stored.dtype(), stored.shape()), type);
            }
        }

        MemorySegment restored(String name, DType type, long[] shape) {
            try (Scope scope = Scope.open()) {
                return merged(name, QuantisedMatrix.mapped(tensors, name, shape).dequantise(), type);
            }
        }

        private MemorySegment merged(String name, Tensor source, DType type) {
            owner.close();
            owner = Scope.detached();
            Tensor changed = adapters.change(name) ? adapters.merged(name, source.to(DType.F32)) : source;
            return owner.adopt(changed.to(type).contiguous()).bytes();
        }

        @Override
        public void close() {
            owner.close();
        }
    }
}
