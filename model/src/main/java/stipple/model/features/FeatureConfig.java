package stipple.model.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * The shape of a feature network: a MobileNetV2 without its classifier, its batch norms folded into the convolutions.
 *
 * @param name what metrics that use it carry in their names
 * @param size side in pixels of the pictures it was trained on
 * @param stem channels after the first convolution, which halves the size
 * @param blocks inverted residual blocks in order
 * @param head channels of the last convolution and so of the pooled features
 * @param taps weight of the perceptual distance behind each block that is looked at, by its index
 */
public record FeatureConfig(String name, int size, int stem, List<Block> blocks, int head, Map<Integer, Double> taps) {
    private static final String ARCHITECTURE = "mobilenet_v2";
    private static final String FILE = "config.json";
    private static final int MOST_CHANNELS = 65_536;

    /**
     * An inverted residual block: 1x1 to {@code hidden} channels unless there are that many already, 3x3 on each channel,
     * 1x1 to {@code out} channels; what went in is added where size and channels allow.
     *
     * @param hidden channels between the 1x1 convolutions
     * @param out channels behind the block
     * @param stride 1, or 2 to halve the size
     */
    public record Block(int hidden, int out, int stride) {
        boolean expands(int in) {
            return hidden != in;
        }

        boolean adds(int in) {
            return stride == 1 && out == in;
        }
    }

    /** Checks ranges. */
    public FeatureConfig {
        blocks = List.copyOf(blocks);
        taps = new TreeMap<>(taps);
        if (!name.matches("[a-z0-9._-]+")) {
            throw new UserException(
                    "A feature network needs a name of small letters, digits and ._-, got '" + name + "'");
        }
        positive("size", size);
        positive("stem", stem);
        positive("head", head);
        for (Block block : blocks) {
            positive("hidden", block.hidden());
            positive("out", block.out());
            if (block.stride() != 1 && block.stride() != 2) {
                throw new UserException(
                        "Feature network " + name + ": a block's stride must be 1 or 2, got " + block.stride());
            }
        }
        for (Map.Entry<Integer, Double> tap : taps.entrySet()) {
            if (tap.getKey() < 0 || tap.getKey() >= blocks.size()) {
                throw new UserException("Feature network " + name + ": there is no block " + tap.getKey()
                        + " to tap; it has " + blocks.size());
            }
            if (!(tap.getValue() > 0)) {
                throw new UserException("Feature network " + name + ": the weight of tap " + tap.getKey()
                        + " must be above 0, got " + tap.getValue());
            }
        }
        if (taps.isEmpty()) {
            throw new UserException("Feature network " + name + " has no taps");
        }
    }

    private static void positive(String key, int value) {
        if (value < 1 || value > MOST_CHANNELS) {
            throw new UserException(
                    "Feature network: '" + key + "' must be from 1 to " + MOST_CHANNELS + ", got " + value);
        }
    }

    /** Channels that go into a block. */
    int in(int block) {
        return block == 0 ? stem : blocks.get(block - 1).out();
    }

    /** The tensors of the network. */
    public List<ExpectedTensor> expected() {
        List<ExpectedTensor> tensors = new ArrayList<>();
        convolution(tensors, "stem", stem, 3, 3);
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            String prefix = "blocks." + i;
            if (block.expands(in(i))) {
                convolution(tensors, prefix + ".expand", block.hidden(), in(i), 1);
            }
            convolution(tensors, prefix + ".depthwise", block.hidden(), 1, 3);
            convolution(tensors, prefix + ".project", block.out(), block.hidden(), 1);
        }
        convolution(tensors, "head", head, in(blocks.size()), 1);
        return tensors;
    }

    private static void convolution(List<ExpectedTensor> tensors, String prefix, int out, int in, int kernel) {
        tensors.add(ExpectedTensor.required(prefix + ".weight", out, in, kernel, kernel));
        tensors.add(ExpectedTensor.required(prefix + ".bias", out));
    }

    /** Floating-point operations up to the last tap for a square picture. */
    public double tapFlops(int side) {
        double cells = cells(side, 1);
        double flops = 2.0 * 27 * stem * cells;
        int last = taps.keySet().stream().mapToInt(i -> i).max().orElseThrow();
        int halvings = 1;
        for (int i = 0; i <= last; i++) {
            Block block = blocks.get(i);
            if (block.expands(in(i))) {
                flops += 2.0 * in(i) * block.hidden() * cells;
            }
            halvings += block.stride() - 1;
            cells = cells(side, halvings);
            flops += (2.0 * 9 * block.hidden() + 2.0 * block.hidden() * block.out()) * cells;
        }
        return flops;
    }

    private static double cells(int side, int halvings) {
        double small = side / Math.pow(2, halvings);
        return small * small;
    }

    /**
     * Reads {@code config.json} of a feature network's folder.
     *
     * @throws UserException if it is missing or malformed
     */
    public static FeatureConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!java.nio.file.Files.isRegularFile(file)) {
            throw new UserException("No feature network in " + folder + ": " + FILE
                    + " is missing; make one with ./stipple data build features --out " + folder);
        }
        JsonObjectFile json = JsonObjectFile.read(file);
        String architecture = json.text("architecture", "");
        if (!architecture.equals(ARCHITECTURE)) {
            throw new UserException(
                    json.where() + ": 'architecture' is '" + architecture + "'; known is " + ARCHITECTURE);
        }
        List<Integer> hidden = json.integers("hidden", List.of());
        List<Integer> out = json.integers("out", List.of());
        List<Integer> stride = json.integers("stride", List.of());
        if (hidden.size() != out.size() || hidden.size() != stride.size()) {
            throw new UserException(json.where() + ": 'hidden', 'out' and 'stride' must be of one length, but have "
                    + hidden.size() + ", " + out.size() + " and " + stride.size());
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i++) {
            blocks.add(new Block(hidden.get(i), out.get(i), stride.get(i)));
        }
        return new FeatureConfig(
                json.text("name", ""),
                json.integer("size"),
                json.integer("stem"),
                blocks,
                json.integer("head"),
                taps(json));
    }

    private static Map<Integer, Double> taps(JsonObjectFile json) {
        JsonObjectFile given = json.object("taps")
                .orElseThrow(() -> new UserException(json.where() + " has no 'taps': weights by index of the block"));
        Map<Integer, Double> taps = new LinkedHashMap<>();
        given.node().fieldNames().forEachRemaining(key -> {
            try {
                taps.put(Integer.valueOf(key), given.number(key));
            } catch (NumberFormatException e) {
                throw new UserException(given.where() + ": '" + key + "' is not the index of a block", e);
            }
        });
        return taps;
    }

    /**
     * Writes {@code config.json} into the network's folder.
     *
     * @param source where the weights come from and under which licence
     */
    public void write(Path folder, Map<String, String> source) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("architecture", ARCHITECTURE).put("name", name).put("size", size);
        json.put("stem", stem);
        blocks.forEach(block -> {
            json.withArray("hidden").add(block.hidden());
            json.withArray("out").add(block.out());
            json.withArray("stride").add(block.stride());
        });
        json.put("head", head);
        ObjectNode weights = json.putObject("taps");
        taps.forEach((block, weight) -> weights.put(String.valueOf(block), weight));
        source.forEach(json::put);
        JsonObjectFile.write(folder.resolve(FILE), json);
    }
}
