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
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Copies a checkpoint with its weights stored in another type, as safetensors; one tensor is in memory at a time. */
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
        ModelConfig config = ModelConfigReader.read(from);
        requireEmpty(to);
        Path vae = VaeLocation.find(from, config);
        companions(from, to, type);
        try (CheckpointFiles files = CheckpointFiles.open(from)) {
            write(files, to, type);
        }
        Path vaeTarget = to.resolve(config.vaePath()).normalize();
        if (!vaeTarget.startsWith(to.normalize())) {
            throw new UserException("vae_name_or_path '" + config.vaePath()
                    + "' lies outside the checkpoint; move the image tokenizer into it first");
        }
        companions(vae, vaeTarget, type);
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(vae)) {
            write(files, vaeTarget, type);
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
                    if (json.has("torch_dtype")) {
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

    private static void write(CheckpointFiles files, Path to, DType type) {
        try (Converted converted = new Converted()) {
            List<TensorSource> sources = new ArrayList<>();
            for (StoredTensor stored : files.tensors().values()) {
                boolean cast = stored.dtype().isFloating();
                sources.add(
                        cast
                                ? new TensorSource(
                                        stored.name(), type, stored.shape(), () -> converted.of(stored, type))
                                : TensorSource.of(stored));
            }
            ShardedWriter.write(to, sources, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        }
    }

    /** Holds the one tensor that is being written. */
    private static final class Converted implements AutoCloseable {
        private Scope owner = Scope.detached();

        MemorySegment of(StoredTensor stored, DType type) {
            owner.close();
            owner = Scope.detached();
            try (Scope scope = Scope.open()) {
                Tensor source = Tensors.copyOf(stored.data(), stored.dtype(), stored.shape());
                return owner.adopt(source.to(type).contiguous()).bytes();
            }
        }

        @Override
        public void close() {
            owner.close();
        }
    }
}
