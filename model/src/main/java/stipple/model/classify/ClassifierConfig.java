package stipple.model.classify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * The shape of a classifier of pictures.
 *
 * @param label what it tells, such as {@code style}
 * @param labels the answers it knows, in the order of its outputs
 * @param size side in pixels of the pictures
 * @param hidden numbers between its layers
 * @param means of the statistics over pictures for training
 * @param spreads their standard deviations
 */
public record ClassifierConfig(
        String label, List<String> labels, int size, int hidden, List<Double> means, List<Double> spreads) {
    /** How many statistics the network looks at. */
    public static final int STATISTICS = TextureStatistics.COUNT;

    private static final String ARCHITECTURE = "stipple_texture_classifier";
    private static final String FILE = "config.json";
    private static final int LARGEST = 4096;

    /** Checks ranges. */
    public ClassifierConfig {
        labels = List.copyOf(labels);
        means = List.copyOf(means);
        spreads = List.copyOf(spreads);
        if (labels.size() < 2 || new HashSet<>(labels).size() < labels.size()) {
            throw new UserException("A classifier needs two or more answers, all different, got " + labels);
        }
        if (size < 16 || size > LARGEST || size % 2 != 0 || hidden < 1 || hidden > LARGEST) {
            throw new UserException("A classifier looks at pictures of an even side from 16 to " + LARGEST
                    + " pixels with 1 to " + LARGEST + " numbers in between, got " + size + " and " + hidden);
        }
        if (means.size() != STATISTICS
                || spreads.size() != STATISTICS
                || spreads.stream().anyMatch(s -> !(s > 0))) {
            throw new UserException("A classifier needs means and positive spreads of " + STATISTICS
                    + " statistics, got " + means.size() + " and " + spreads.size());
        }
    }

    /** The tensors of the network. */
    public List<ExpectedTensor> expected() {
        return List.of(
                ExpectedTensor.required("first.weight", hidden, STATISTICS),
                ExpectedTensor.required("first.bias", hidden),
                ExpectedTensor.required("second.weight", hidden, hidden),
                ExpectedTensor.required("second.bias", hidden),
                ExpectedTensor.required("head.weight", labels.size(), hidden),
                ExpectedTensor.required("head.bias", labels.size()));
    }

    /** Floating-point operations for one picture, there and not back; the statistics take some hundred for each pixel. */
    public double flops() {
        return 2.0 * hidden * (STATISTICS + hidden + labels.size()) + 400.0 * size * size;
    }

    /**
     * Reads {@code config.json} of a folder.
     *
     * @throws UserException if it is missing or malformed
     */
    public static ClassifierConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    "No classifier of pictures in " + folder + ": " + FILE
                            + " is missing; one of styles comes with Stipple in judges/style, recipes/style.yaml trains others");
        }
        JsonObjectFile json = JsonObjectFile.read(file);
        String architecture = json.text("architecture", "");
        if (!architecture.equals(ARCHITECTURE)) {
            throw new UserException(
                    json.where() + ": 'architecture' is '" + architecture + "'; known is " + ARCHITECTURE);
        }
        return new ClassifierConfig(
                json.text("label", ""),
                json.texts("labels", List.of()),
                json.integer("size"),
                json.integer("hidden"),
                numbers(json, "means"),
                numbers(json, "spreads"));
    }

    private static List<Double> numbers(JsonObjectFile json, String key) {
        return json.node().path(key).valueStream().map(n -> n.asDouble()).toList();
    }

    /**
     * Writes {@code config.json} into a folder.
     *
     * @param figures what the classifier reached on held-out pictures, by name
     */
    public void write(Path folder, Map<String, Double> figures) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("architecture", ARCHITECTURE).put("label", label);
        ArrayNode all = json.putArray("labels");
        labels.forEach(all::add);
        json.put("size", size).put("hidden", hidden);
        ArrayNode middle = json.putArray("means");
        means.forEach(middle::add);
        ArrayNode wide = json.putArray("spreads");
        spreads.forEach(wide::add);
        ObjectNode reached = json.putObject("held_out");
        figures.forEach(reached::put);
        JsonObjectFile.write(folder.resolve(FILE), json);
    }
}
