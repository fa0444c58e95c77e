package stipple.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;
import stipple.train.log.JsonLines;

/**
 * What a run left behind.
 *
 * @param name the folder's name
 * @param series every figure of the log, in the order in which they first appear
 * @param grids sample grids, oldest first
 * @param recipe text of the recipe, empty if there is none
 */
record RunRecord(String name, Map<String, Series> series, List<Path> grids, String recipe) {
    /**
     * Reads a run's folder.
     *
     * @throws UserException if there is no run
     */
    static RunRecord read(Path run) {
        Path metrics = run.resolve("metrics.jsonl");
        if (!Files.isRegularFile(metrics)) {
            throw new UserException(
                    "No run at " + run + ": it has no metrics.jsonl; give the output folder of a recipe");
        }
        try {
            Path recipe = run.resolve("recipe.yaml");
            return new RunRecord(
                    run.toAbsolutePath().normalize().getFileName().toString(),
                    series(JsonLines.read(metrics)),
                    grids(run.resolve("samples")),
                    Files.isRegularFile(recipe) ? Files.readString(recipe) : "");
        } catch (IOException e) {
            throw new UserException("Cannot read " + run + ": " + AtomicFile.reason(e), e);
        }
    }

    private static Map<String, Series> series(List<ObjectNode> lines) {
        Map<String, List<double[]>> points = new LinkedHashMap<>();
        for (ObjectNode line : lines) {
            double step = line.path("step").asDouble();
            for (Map.Entry<String, JsonNode> entry : line.properties()) {
                // A diverged run has NaN in its log, as text.
                if (!entry.getKey().equals("step") && entry.getValue().isNumber()) {
                    points.computeIfAbsent(entry.getKey(), k -> new ArrayList<>())
                            .add(new double[] {step, entry.getValue().asDouble()});
                }
            }
        }
        Map<String, Series> series = new LinkedHashMap<>();
        points.forEach((name, list) -> series.put(
                name,
                new Series(
                        name,
                        list.stream().mapToDouble(p -> p[0]).toArray(),
                        list.stream().mapToDouble(p -> p[1]).toArray())));
        return series;
    }

    private static List<Path> grids(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches("\\d+\\.png"))
                    .sorted()
                    .toList();
        }
    }

    /** Steps that the log reaches. */
    long lastStep() {
        return series.values().stream()
                .mapToLong(s -> (long) s.steps()[s.steps().length - 1])
                .max()
                .orElse(0);
    }
}
