package stipple.model.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeLocation;
import stipple.model.files.AtomicFile;
import stipple.model.files.JsonObjectFile;
import stipple.model.lora.AdapterChoice;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * Copies a checkpoint as safetensors, with its weights stored in another type or with adapters merged into them; one tensor
 * is in memory at a time.
 */
public final class CheckpointConverter {
    private static final List<String> COMPANIONS = List.of(".json", ".txt", ".md", ".jinja");

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
        requireEmpty(to);
        Path vae = VaeLocation.find(from, config);
        companions(from, to, type);
        try (CheckpointFiles files = CheckpointFiles.open(from);
                MergedAdapters adapters = MergedAdapters.read(choices)) {
            adapters.requireLayers(files.tensors().keySet());
            write(files, to, type, adapters);
        }
        Path vaeTarget = to.resolve(config.vaePath()).normalize();
        if (!vaeTarget.startsWith(to.normalize())) {
            throw new UserException("vae_name_or_path '" + config.vaePath()
                    + "' lies outside the checkpoint; move the image tokenizer into it first");
        }
        companions(vae, vaeTarget, type);
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(vae)) {
            write(files, vaeTarget, type, MergedAdapters.NONE);
        }
    }

    private static void requireEmpty(Path to) {
        try {
            Files.createDirectories(to);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(to)) {
                if (entries.iterator().hasNext()) {
                    throw new UserException("The folder " + to + " is not empty; name a new one");
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot write to " + to + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Configs and tokenizer files; an index of shards is left out, because the shards change. */
    private static void companions(Path from, Path to, DType type) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.equals(ModelConfigReader.FILE)) {
                    ObjectNode json = JsonObjectFile.read(entry).node();
                    if (type != null && json.has("torch_dtype")) {
                        json.put("torch_dtype", type == DType.BF16 ? "bfloat16" : "float32");
                    }
                    JsonObjectFile.write(to.resolve(name), json);
                } else if (!name.endsWith(".index.json") && COMPANIONS.stream().anyMatch(name::endsWith)) {
                    AtomicFile.write(to.resolve(name), Files.readAllBytes(entry));
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot copy " + from + " to " + to + ": " + AtomicFile.reason(e), e);
        }
    }

    private static void write(CheckpointFiles files, Path to, DType type, MergedAdapters adapters) {
        try (Converted converted = new Converted(adapters)) {
            List<TensorSource> sources = new ArrayList<>();
            for (StoredTensor stored : files.tensors().values()) {
                DType target = type == null ? stored.dtype() : type;
                boolean rewritten =
                        stored.dtype().isFloating() && (target != stored.dtype() || adapters.change(stored.name()));
                sources.add(
                        rewritten
                                ? new TensorSource(
                                        stored.name(), target, stored.shape(), () -> converted.of(stored, target))
                                : TensorSource.of(stored));
            }
            ShardedWriter.write(to, sources, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        }
    }

    /** Holds the one tensor that is being written. */
    private static final class Converted implements AutoCloseable {
        private final MergedAdapters adapters;
        private Scope owner = Scope.detached();

        Converted(MergedAdapters adapters) {
            this.adapters = adapters;
        }

        MemorySegment of(StoredTensor stored, DType type) {
            owner.close();
            owner = Scope.detached();
            try (Scope scope = Scope.open()) {
                Tensor source = Tensors.copyOf(stored.data(), stored.dtype(), stored.shape());
                Tensor changed =
                        adapters.change(stored.name()) ? adapters.merged(stored.name(), source.to(DType.F32)) : source;
                return owner.adopt(changed.to(type).contiguous()).bytes();
            }
        }

        @Override
        public void close() {
            owner.close();
        }
    }
}
