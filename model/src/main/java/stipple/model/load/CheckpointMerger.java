package stipple.model.load;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeLocation;
import stipple.model.files.AtomicFile;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * Writes the weighted sum of checkpoints of one shape: the average of several runs (model soups, Wortsman et al. 2022), or a model
 * plus what another run taught, {@code model + (tuned - base)} (task arithmetic, Ilharco et al. 2023). Sums are formed in float32, one
 * tensor at a time. Config, tokenizer and image tokenizer are those of the first.
 */
public final class CheckpointMerger {
    private static final String TOKENIZER = "tokenizer.json";

    private CheckpointMerger() {}

    /**
     * Merges.
     *
     * @param parts two or more
     * @param type in which floating-point tensors are stored, or null for that of the first
     * @throws UserException if their tensors or tokenizers differ, if one is quantised, or if the target is not a new or empty folder
     */
    public static void merge(List<MergePart> parts, Path to, DType type) {
        Path first = parts.getFirst().folder();
        ModelConfig config = ModelConfigReader.read(first);
        for (MergePart part : parts) {
            ModelConfigReader.read(part.folder());
            requireSameTokenizer(first, part.folder());
        }
        List<CheckpointFiles> opened = new ArrayList<>();
        try {
            for (MergePart part : parts) {
                opened.add(CheckpointFiles.open(part.folder()));
            }
            for (int i = 0; i < parts.size(); i++) {
                requireAlike(
                        first,
                        opened.getFirst().tensors(),
                        parts.get(i).folder(),
                        opened.get(i).tensors());
            }
            FolderCopy.requireEmpty(to);
            Path vae = FolderCopy.autoencoder(to, config);
            FolderCopy.companions(first, to, json -> CheckpointConverter.noteType(json, type));
            write(parts, opened, to, type);
            copyAutoencoder(VaeLocation.find(first, config), vae);
        } finally {
            opened.forEach(CheckpointFiles::close);
        }
    }

    private static void requireSameTokenizer(Path first, Path other) {
        Path one = first.resolve(TOKENIZER);
        Path two = other.resolve(TOKENIZER);
        try {
            if (Files.exists(one) != Files.exists(two) || (Files.exists(one) && Files.mismatch(one, two) >= 0)) {
                throw new UserException("Cannot merge " + other + " with " + first
                        + ": their tokenizers differ, so the same ids stand for other words");
            }
        } catch (IOException e) {
            throw new UserException("Cannot read " + two + ": " + AtomicFile.reason(e), e);
        }
    }

    private static void requireAlike(
            Path first, Map<String, StoredTensor> expected, Path other, Map<String, StoredTensor> actual) {
        String cannot = "Cannot merge " + other + (other.equals(first) ? ": " : " with " + first + ": ");
        if (actual.keySet().stream().anyMatch(name -> PackedTensors.packed(actual, name))) {
            throw new UserException(
                    cannot + "it is quantised; stipple convert " + other + " --to bfloat16 makes plain weights");
        }
        TreeSet<String> odd = new TreeSet<>(expected.keySet());
        odd.removeAll(actual.keySet());
        TreeSet<String> more = new TreeSet<>(actual.keySet());
        more.removeAll(expected.keySet());
        odd.addAll(more);
        if (!odd.isEmpty()) {
            throw new UserException(cannot + "only one of them has the tensor '" + odd.getFirst() + "'");
        }
        for (StoredTensor tensor : expected.values()) {
            long[] shape = actual.get(tensor.name()).shape();
            if (!Arrays.equals(tensor.shape(), shape)) {
                throw new UserException(cannot + "tensor '" + tensor.name() + "' is " + Arrays.toString(tensor.shape())
                        + " here and " + Arrays.toString(shape) + " there; only models of one shape can be merged");
            }
        }
    }

    private static void write(List<MergePart> parts, List<CheckpointFiles> opened, Path to, DType type) {
        try (Sum sum = new Sum(parts, opened)) {
            List<TensorSource> sources = new ArrayList<>();
            for (StoredTensor tensor : opened.getFirst().tensors().values()) {
                if (!tensor.dtype().isFloating()) {
                    sources.add(TensorSource.of(tensor));
                    continue;
                }
                DType target = type == null ? tensor.dtype() : type;
                sources.add(
                        new TensorSource(tensor.name(), target, tensor.shape(), () -> sum.of(tensor.name(), target)));
            }
            ShardedWriter.write(to, sources, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        }
    }

    private static void copyAutoencoder(Path from, Path to) {
        FolderCopy.companions(from, to, json -> {});
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(from)) {
            List<TensorSource> sources =
                    files.tensors().values().stream().map(TensorSource::of).toList();
            ShardedWriter.write(to, sources, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        }
    }

    /** Holds the one tensor that is being written. */
    private static final class Sum implements AutoCloseable {
        private final List<MergePart> parts;
        private final List<CheckpointFiles> opened;
        private Scope owner = Scope.detached();

        Sum(List<MergePart> parts, List<CheckpointFiles> opened) {
            this.parts = parts;
            this.opened = opened;
        }

        MemorySegment of(String name, DType type) {
            owner.close();
            owner = Scope.detached();
            try (Scope scope = Scope.open()) {
                Tensor sum = null;
                for (int i = 0; i < parts.size(); i++) {
                    StoredTensor stored = opened.get(i).get(name);
                    Tensor part = Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                            .to(DType.F32)
                            .mul(parts.get(i).weight());
                    sum = sum == null ? part : sum.add(part);
                }
                return owner.adopt(sum.to(type).contiguous()).bytes();
            }
        }

        @Override
        public void close() {
            owner.close();
        }
    }
}
