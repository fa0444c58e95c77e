package stipple.eval.verify;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.torch.DType;

/** A copy of the golden checkpoint and its recorded run that a test may change. */
final class GoldenCopy {
    static final Path GOLDEN = Path.of("../model/src/test/resources/golden/tiny-a");

    /** One evaluation of every part of the model, without whole pictures. */
    static final Predicate<String> QUICK =
            key -> !key.startsWith("generate_") && !key.startsWith("sampler_") && !key.startsWith("train.");

    private final Path dir;

    private GoldenCopy(Path dir) {
        this.dir = dir;
    }

    /** Copies everything into an empty folder. */
    static GoldenCopy into(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = dir.resolve(GOLDEN.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        return new GoldenCopy(dir);
    }

    Path recording() {
        return dir.resolve(Verification.FILE);
    }

    VerifyReport verify() {
        return Verification.run(dir, recording(), result -> {});
    }

    /** Leaves only some keys in the recording. */
    GoldenCopy recorded(Predicate<String> kept) {
        return rewriteRecording(tensor -> kept.test(tensor.name()) ? TensorSource.of(tensor) : null, List.of());
    }

    /** Adds tensors to the recording. */
    GoldenCopy recordedToo(TensorSource... more) {
        return rewriteRecording(TensorSource::of, List.of(more));
    }

    /** Adds to one element of a recorded tensor. */
    GoldenCopy alterRecorded(String key, int element, float by) {
        return rewriteRecording(
                tensor -> tensor.name().equals(key) ? altered(tensor, element, by) : TensorSource.of(tensor),
                List.of());
    }

    /** Merges the shards into one file, changing tensors on the way; null leaves one out. */
    GoldenCopy rewriteWeights(Change change) {
        List<TensorSource> changed;
        try (CheckpointFiles files = CheckpointFiles.open(dir)) {
            changed = changed(files.tensors(), change);
        }
        ShardedWriter.write(dir, changed, Map.of(), Long.MAX_VALUE);
        return this;
    }

    /** Adds to one weight of the model. */
    GoldenCopy alterWeight(String name, int element, float by) {
        return rewriteWeights(
                tensor -> tensor.name().equals(name) ? altered(tensor, element, by) : TensorSource.of(tensor));
    }

    /** Replaces the image tokenizer's pickle by safetensors under canonical names. */
    GoldenCopy rewriteAutoencoder(String file, Change change) throws IOException {
        Path vae = dir.resolve("vae");
        List<TensorSource> changed;
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(vae)) {
            changed = changed(new VaeNames(VaeConfig.read(vae)).canonical(files.tensors()), change);
        }
        Files.delete(vae.resolve("checkpoint.pt"));
        SafetensorsWriter.write(vae.resolve(file), changed, Map.of());
        return this;
    }

    GoldenCopy rewriteConfig(UnaryOperator<String> change) throws IOException {
        Path config = dir.resolve("config.json");
        Files.writeString(config, change.apply(Files.readString(config)));
        return this;
    }

    /** What to write in place of a tensor, or null for nothing. */
    @FunctionalInterface
    interface Change {
        TensorSource of(StoredTensor tensor);
    }

    /** The same tensor with something added to one element. */
    static TensorSource altered(StoredTensor tensor, int element, float by) {
        float[] values = tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        values[element] += by;
        return floats(tensor.name(), tensor.shape(), values);
    }

    static TensorSource floats(String name, long[] shape, float... values) {
        return new TensorSource(name, DType.F32, shape, () -> MemorySegment.ofArray(values));
    }

    private GoldenCopy rewriteRecording(Change change, List<TensorSource> more) {
        List<TensorSource> changed;
        try (SafetensorsFile file = SafetensorsFile.open(recording())) {
            changed = changed(file.tensors(), change);
        }
        changed.addAll(more);
        SafetensorsWriter.write(recording(), changed, Map.of());
        return this;
    }

    /** Copies bytes to the heap, so that the files they came from can be closed and replaced. */
    private static List<TensorSource> changed(Map<String, StoredTensor> tensors, Change change) {
        List<TensorSource> result = new ArrayList<>();
        for (StoredTensor tensor : tensors.values()) {
            TensorSource source = change.of(tensor);
            if (source != null) {
                byte[] bytes = source.data().get().toArray(ValueLayout.JAVA_BYTE);
                result.add(new TensorSource(
                        source.name(), source.dtype(), source.shape(), () -> MemorySegment.ofArray(bytes)));
            }
        }
        return result;
    }
}
