package stipple.train.rl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.files.AtomicFile;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.files.WeightFiles;

/**
 * What was sampled, on disk, for runs that make several updates of it: such a run can be interrupted between two of them,
 * when the weights that sampled are no longer there.
 */
final class SamplingFiles {
    private final Path folder;
    private final long kept;

    /**
     * Files of a run.
     *
     * @param kept how many samplings a checkpoint may lie back
     */
    SamplingFiles(Path output, long kept) {
        this.folder = output.resolve("samplings");
        this.kept = kept;
    }

    private Path file(long sampling, int from) {
        return folder.resolve("%07d-%d.safetensors".formatted(sampling, from));
    }

    /** Stores tensors and removes what no checkpoint can go back to. */
    void write(long sampling, int from, Map<String, Tensor> tensors) {
        try {
            Files.createDirectories(folder);
            WeightFiles.write(file(sampling, from), tensors);
            List<Path> old;
            try (Stream<Path> all = Files.list(folder)) {
                String limit = "%07d".formatted(Math.max(0, sampling - kept));
                old = all.filter(path -> path.getFileName().toString().compareTo(limit) < 0)
                        .toList();
            }
            for (Path path : old) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UserException("Cannot write what was sampled to " + folder + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Reads tensors into the current scope. */
    Map<String, Tensor> read(long sampling, int from) {
        Path file = file(sampling, from);
        if (!Files.isRegularFile(file)) {
            throw new UserException("What was sampled for the step to go on from is not there: " + file
                    + "; take away the last checkpoint to go on from an earlier one");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            stored.tensors()
                    .forEach((name, tensor) ->
                            tensors.put(name, Tensors.copyOf(tensor.data(), tensor.dtype(), tensor.shape())));
        }
        return tensors;
    }
}
