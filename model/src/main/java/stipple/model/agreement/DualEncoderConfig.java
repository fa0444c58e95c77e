package stipple.model.agreement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * The shape of a dual encoder: a residual network over pictures, and one linear map of the vectors that a frozen sentence
 * encoder makes of captions.
 *
 * @param size side in pixels of the pictures that it looks at
 * @param widths channels of the stages; each halves the size, the first begins with three colours
 * @param blocks residual blocks of every stage but the first
 * @param embedding numbers of a vector of the common space
 * @param sentence numbers of a vector of the sentence encoder
 * @param sentences name of the sentence encoder, whose vectors no other can stand in for
 */
public record DualEncoderConfig(
        int size, List<Integer> widths, int blocks, int embedding, int sentence, String sentences) {
    /** Groups of channels that are normalised together. */
    static final int GROUPS = 8;

    private static final String ARCHITECTURE = "stipple_dual_encoder";
    private static final String FILE = "config.json";
    private static final int LARGEST = 65_536;

    /** Checks ranges. */
    public DualEncoderConfig {
        widths = List.copyOf(widths);
        positive("size", size);
        positive("blocks", blocks);
        positive("embedding", embedding);
        positive("sentence", sentence);
        if (widths.size() < 2 || widths.size() > 8) {
            throw new UserException("A dual encoder needs 2 to 8 widths, got " + widths.size());
        }
        widths.forEach(width -> {
            positive("widths", width);
            if (width % GROUPS != 0) {
                throw new UserException(
                        "The widths of a dual encoder must be multiples of " + GROUPS + ", got " + width);
            }
        });
        if (size % (1 << widths.size()) != 0) {
            throw new UserException("A dual encoder with " + widths.size()
                    + " widths halves the size as often, so it must be a multiple of " + (1 << widths.size()) + ", got "
                    + size);
        }
    }

    private static void positive(String key, int value) {
        if (value < 1 || value > LARGEST) {
            throw new UserException("Dual encoder: '" + key + "' must be from 1 to " + LARGEST + ", got " + value);
        }
    }

    /** The tensors of the network. */
    public List<ExpectedTensor> expected() {
        List<ExpectedTensor> tensors = new ArrayList<>();
        convolution(tensors, "stages.0.down", widths.getFirst(), 3);
        for (int stage = 1; stage < widths.size(); stage++) {
            int width = widths.get(stage);
            convolution(tensors, "stages." + stage + ".down", width, widths.get(stage - 1));
            for (int block = 0; block < blocks; block++) {
                String prefix = block(stage, block);
                norm(tensors, prefix + ".norm1", width);
                convolution(tensors, prefix + ".conv1", width, width);
                norm(tensors, prefix + ".norm2", width);
                convolution(tensors, prefix + ".conv2", width, width);
            }
        }
        int last = widths.getLast();
        norm(tensors, "norm_out", last);
        tensors.add(ExpectedTensor.required("picture.weight", embedding, last));
        tensors.add(ExpectedTensor.required("picture.bias", embedding));
        tensors.add(ExpectedTensor.required("text.weight", embedding, sentence));
        tensors.add(ExpectedTensor.required("log_scale", 1));
        return tensors;
    }

    static String block(int stage, int block) {
        return "stages." + stage + ".blocks." + block;
    }

    private static void convolution(List<ExpectedTensor> tensors, String prefix, int out, int in) {
        tensors.add(ExpectedTensor.required(prefix + ".weight", out, in, 3, 3));
        tensors.add(ExpectedTensor.required(prefix + ".bias", out));
    }

    private static void norm(List<ExpectedTensor> tensors, String prefix, int width) {
        tensors.add(ExpectedTensor.required(prefix + ".weight", width));
        tensors.add(ExpectedTensor.required(prefix + ".bias", width));
    }

    /** Floating-point operations for one picture, there and not back. */
    public double flops() {
        double side = size / 2.0;
        double flops = 2.0 * 9 * 3 * widths.getFirst() * side * side;
        for (int stage = 1; stage < widths.size(); stage++) {
            side /= 2;
            double width = widths.get(stage);
            flops += 2.0 * 9 * width * (widths.get(stage - 1) + 2 * blocks * width) * side * side;
        }
        return flops;
    }

    /** Numbers that the maps of one picture hold. */
    public double activations() {
        double side = size / 2.0;
        double count = widths.getFirst() * side * side;
        for (int stage = 1; stage < widths.size(); stage++) {
            side /= 2;
            count += (1 + 6.0 * blocks) * widths.get(stage) * side * side;
        }
        return count;
    }

    /**
     * Reads {@code config.json} of a folder.
     *
     * @throws UserException if it is missing or malformed
     */
    public static DualEncoderConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new UserException("No dual encoder in " + folder + ": " + FILE
                    + " is missing; one comes with Stipple in judges/agreement, recipes/agreement.yaml trains others");
        }
        JsonObjectFile json = JsonObjectFile.read(file);
        String architecture = json.text("architecture", "");
        if (!architecture.equals(ARCHITECTURE)) {
            throw new UserException(
                    json.where() + ": 'architecture' is '" + architecture + "'; known is " + ARCHITECTURE);
        }
        return new DualEncoderConfig(
                json.integer("size"),
                json.integers("widths", List.of()),
                json.integer("blocks"),
                json.integer("embedding"),
                json.integer("sentence"),
                json.text("sentences", ""));
    }

    /**
     * Writes {@code config.json} into a folder.
     *
     * @param figures what the encoder reached on held-out pictures, by name
     */
    public void write(Path folder, Map<String, Double> figures) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("architecture", ARCHITECTURE).put("size", size);
        ArrayNode all = json.putArray("widths");
        widths.forEach(all::add);
        json.put("blocks", blocks)
                .put("embedding", embedding)
                .put("sentence", sentence)
                .put("sentences", sentences);
        ObjectNode reached = json.putObject("held_out");
        figures.forEach(reached::put);
        JsonObjectFile.write(folder.resolve(FILE), json);
    }
}
