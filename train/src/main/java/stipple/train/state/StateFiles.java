package stipple.train.state;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.train.files.WeightFiles;

/**
 * The tensors of a run on disk: one safetensors file for the weights, one for each moment of the optimiser, one for the
 * average.
 *
 * @param weights the trained parameters
 * @param means first moments
 * @param squares second moments
 * @param average averaged parameters, or null
 */
public record StateFiles(Weights weights, Weights means, Weights squares, Weights average) {
    private static final String MEANS = "means.safetensors";
    private static final String SQUARES = "squares.safetensors";
    private static final String AVERAGE = "average.safetensors";

    private Map<String, Weights> tables() {
        Map<String, Weights> tables = new LinkedHashMap<>();
        tables.put("weights.safetensors", weights);
        tables.put(MEANS, means);
        tables.put(SQUARES, squares);
        if (average != null) {
            tables.put(AVERAGE, average);
        }
        return tables;
    }

    /** Writes all tables. */
    public void write(Path folder) {
        tables().forEach((name, table) -> WeightFiles.write(folder.resolve(name), table, DType.F32, Map.of()));
    }

    /**
     * Reads all tables, or none: every file is opened and compared with its table before the first value is copied.
     *
     * @return whether the average was there too; a run that begins to average has none
     * @throws WeightFiles.OtherModel if names or shapes differ
     * @throws stipple.torch.UserException if a file is missing or malformed
     */
    public boolean read(Path folder) {
        Map<Path, Weights> files = new LinkedHashMap<>();
        tables().forEach((name, table) -> files.put(folder.resolve(name), table));
        boolean averaged = average != null && Files.exists(folder.resolve(AVERAGE));
        if (!averaged) {
            files.remove(folder.resolve(AVERAGE));
        }
        // A process that shares the work with others keeps moments of its own parameters only.
        boolean divided = means.names().size() < weights.names().size();
        WeightFiles.readInto(files, divided ? Set.of(folder.resolve(MEANS), folder.resolve(SQUARES)) : Set.of());
        return averaged;
    }

    /** Copies the averaged parameters alone over the trained ones, for exporting an earlier checkpoint. */
    public void readShown(Path folder) {
        boolean averaged = average != null && Files.exists(folder.resolve(AVERAGE));
        WeightFiles.readInto(
                averaged
                        ? Map.of(folder.resolve(AVERAGE), average)
                        : Map.of(folder.resolve("weights.safetensors"), average == null ? weights : average));
    }
}
