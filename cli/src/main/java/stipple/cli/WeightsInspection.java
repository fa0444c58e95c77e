package stipple.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.StoredTensor;

/** The tensors of a weights file. */
final class WeightsInspection {
    private WeightsInspection() {}

    static Report of(Path file) {
        try (CheckpointFiles files = CheckpointFiles.open(file)) {
            Collection<StoredTensor> tensors = files.tensors().values();
            Report report = new Report()
                    .put("file", file.toString())
                    .put("tensors", tensors.size())
                    .put("parameters", parameters(tensors))
                    .put("types", types(tensors));
            Report list = new Report();
            tensors.forEach(tensor -> list.put(tensor.name(), tensor.dtype() + " " + Arrays.toString(tensor.shape())));
            return report.put("list", list);
        }
    }

    /** Number of parameters in all tensors. */
    static long parameters(Collection<StoredTensor> tensors) {
        return PackedTensors.parameters(tensors);
    }

    /** Which types are stored and in how many tensors. */
    static List<String> types(Collection<StoredTensor> tensors) {
        Map<String, Long> counts = tensors.stream()
                .collect(Collectors.groupingBy(
                        tensor -> tensor.dtype().safetensorsName(), TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(e -> e.getKey() + " (" + e.getValue() + " tensors)")
                .toList();
    }
}
