package stipple.model.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.ExpectedTensors;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeLocation;
import stipple.model.files.JsonObjectFile;
import stipple.model.quant.MatrixError;
import stipple.model.quant.Quantisation;
import stipple.model.quant.QuantisationReport;
import stipple.model.quant.QuantisedSources;
import stipple.torch.UserException;
import stipple.torch.kernels.KernelLibrary;

/**
 * Copies a checkpoint with its large matrices rounded. Memory holds one matrix and its rounded neighbours in the same
 * file, which is why the files are small.
 */
public final class CheckpointQuantiser {
    /** Where a config says that its weights are quantised. */
    public static final String NOTE = "quantization_config";

    private static final long SHARD_BYTES = 1_000_000_000L;
    private static final int CHUNK = 64 << 20;

    private CheckpointQuantiser() {}

    /**
     * Quantises a folder, reads the copy back and compares.
     *
     * @param progress is told about each matrix once it is rounded
     * @return what it did to each matrix, also written to {@value QuantisationReport#FILE}
     * @throws UserException if the source is no checkpoint or is quantised already, the target is not a new or empty
     *     folder, there are no native kernels, or a weight is not finite
     */
    public static QuantisationReport quantise(
            Path from, Path to, Quantisation quantisation, Consumer<MatrixError> progress) {
        if (!KernelLibrary.available()) {
            throw new UserException("Weights are quantised by the native kernels, which are missing, because "
                    + KernelLibrary.missing());
        }
        if (!quantisation.format().packed()) {
            throw new UserException("A copy has weights of int8 or int4; " + quantisation.id()
                    + " weights are made while a model is loaded to a graphics card, by --quantize "
                    + quantisation.id());
        }
        ModelConfig config = ModelConfigReader.read(from);
        Path vae = VaeLocation.find(from, config);
        try (CheckpointFiles files = CheckpointFiles.open(from)) {
            Map<String, StoredTensor> tensors = files.tensors();
            if (tensors.keySet().stream().anyMatch(name -> PackedTensors.packed(tensors, name))) {
                throw new UserException(from + " is quantised already; start from the checkpoint that it was made of");
            }
            config = StoredPositions.describe(config, files);
            List<ExpectedTensor> expected = BackboneNames.expected(config);
            ExpectedTensors.check(from.toString(), expected, tensors);
            FolderCopy.requireEmpty(to);
            Path vaeTarget = FolderCopy.autoencoder(to, config);
            FolderCopy.companions(from, to, json -> note(json, quantisation));
            FolderCopy.companions(vae, vaeTarget, json -> {});
            try (CheckpointFiles vaeFiles = CheckpointFiles.openAutoencoder(vae)) {
                List<TensorSource> copies = vaeFiles.tensors().values().stream()
                        .map(TensorSource::of)
                        .toList();
                ShardedWriter.write(vaeTarget, copies, Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
            }
            QuantisationReport report = write(tensors, expected, to, quantisation, progress);
            JsonObjectFile.write(to.resolve(QuantisationReport.FILE), report.json());
            return report;
        }
    }

    private static void note(ObjectNode json, Quantisation quantisation) {
        json.putObject(NOTE)
                .put("quant_method", "stipple")
                .put("format", quantisation.id())
                .put("group_size", quantisation.group());
    }

    private static QuantisationReport write(
            Map<String, StoredTensor> tensors,
            List<ExpectedTensor> expected,
            Path to,
            Quantisation quantisation,
            Consumer<MatrixError> progress) {
        try (QuantisedSources copy = new QuantisedSources(tensors, quantisation, progress)) {
            Map<String, Long> checksums = new HashMap<>();
            List<TensorSource> sources = new ArrayList<>();
            for (TensorSource source : copy.sources()) {
                sources.add(new TensorSource(source.name(), source.dtype(), source.shape(), () -> {
                    MemorySegment data = source.data().get();
                    checksums.put(source.name(), checksum(data));
                    return data;
                }));
            }
            ShardedWriter.write(to, sources, Map.of(), SHARD_BYTES);
            verify(to, expected, checksums);
            List<MatrixError> errors = tensors.keySet().stream()
                    .map(copy.errors()::get)
                    .filter(error -> error != null)
                    .toList();
            long before = tensors.values().stream()
                    .mapToLong(tensor -> tensor.data().byteSize())
                    .sum();
            long after = sources.stream().mapToLong(TensorSource::bytes).sum();
            return new QuantisationReport(quantisation, errors, before, after);
        }
    }

    /** Reads back what was written. */
    private static void verify(Path to, List<ExpectedTensor> expected, Map<String, Long> checksums) {
        try (CheckpointFiles files = CheckpointFiles.open(to)) {
            ExpectedTensors.check(to.toString(), expected, files.tensors());
            for (StoredTensor stored : files.tensors().values()) {
                Long written = checksums.get(stored.name());
                if (written != null && written != checksum(stored.data())) {
                    throw new UserException("The tensor '" + stored.name() + "' in " + to
                            + " is not what was written; check the disk and quantise again");
                }
            }
        }
    }

    private static long checksum(MemorySegment data) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            ByteBuffer part =
                    data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer();
            crc.update(part);
        }
        return crc.getValue();
    }
}
