package stipple.model.features;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.TensorSource;
import stipple.torch.DType;

/**
 * Makes a feature network out of a Keras MobileNetV2 packed for TensorFlow.js: the classifier is left out and each batch
 * norm is folded into the convolution before it, {@code w' = w g / sqrt(v + eps)}, {@code b' = beta - m g / sqrt(v + eps)}.
 */
public final class MobileNetImport {
    /** The depths count alike: each distance is between vectors of length 1 and so at most 4. */
    private static final double TAP_WEIGHT = 1;

    private final LayersModel model;
    private final List<TensorSource> tensors = new ArrayList<>();

    private MobileNetImport(LayersModel model) {
        this.model = model;
    }

    /**
     * Writes a folder that {@link FeatureNetwork#load} reads.
     *
     * @param module the JavaScript module that exports topology and manifest
     * @param shards the modules that export the weights, in order
     * @param name of the network, as metrics carry it
     * @param source where the weights come from and under which licence, kept in the config
     * @return the network's shape
     * @throws stipple.torch.UserException if the modules hold something else, or the folder cannot be written
     */
    public static FeatureConfig write(
            byte[] module, List<byte[]> shards, String name, Map<String, String> source, Path folder) {
        MobileNetImport conversion = new MobileNetImport(new LayersModel(module, shards));
        FeatureConfig config = conversion.config(name);
        conversion.fold(config);
        SafetensorsWriter.write(folder.resolve(FeatureNetwork.WEIGHTS), conversion.tensors, source);
        config.write(folder, source);
        return config;
    }

    private FeatureConfig config(String name) {
        List<FeatureConfig.Block> blocks = new ArrayList<>();
        for (int i = 0; has(prefix(i) + "_depthwise"); i++) {
            blocks.add(new FeatureConfig.Block(
                    model.weights(prefix(i) + "_depthwise/depthwise_kernel").shape()[2],
                    model.weights(prefix(i) + "_project/kernel").shape()[3],
                    stride(prefix(i) + "_depthwise")));
        }
        JsonNode input =
                model.layers().values().iterator().next().path("config").path("batch_input_shape");
        FeatureConfig config = new FeatureConfig(
                name,
                input.path(1).asInt(),
                model.weights("Conv1/kernel").shape()[3],
                blocks,
                model.weights("Conv_1/kernel").shape()[3],
                taps(blocks));
        for (int i = 0; i < blocks.size(); i++) {
            if (has(prefix(i) + "_add") != blocks.get(i).adds(config.in(i))
                    || has(prefix(i) + "_expand") != blocks.get(i).expands(config.in(i))) {
                throw LayersModel.broken("block " + i + " is built in another way");
            }
        }
        return config;
    }

    /** The last block before each halving; behind the last halving there is little left of where things are. */
    private static Map<Integer, Double> taps(List<FeatureConfig.Block> blocks) {
        Map<Integer, Double> taps = new LinkedHashMap<>();
        for (int i = 0; i + 1 < blocks.size(); i++) {
            if (blocks.get(i + 1).stride() == 2) {
                taps.put(i, TAP_WEIGHT);
            }
        }
        return taps;
    }

    private void fold(FeatureConfig config) {
        for (ExpectedTensor wanted : config.expected()) {
            if (wanted.name().endsWith(".weight")) {
                fold(wanted.name().substring(0, wanted.name().length() - ".weight".length()), wanted.shape());
            }
        }
    }

    private void fold(String name, long[] shape) {
        String layer = layer(name);
        String norm = norm(name, layer);
        boolean depthwise = name.endsWith(".depthwise");
        float[] kernel = model.weights(layer + (depthwise ? "/depthwise_kernel" : "/kernel"))
                .values();
        float[] gamma = model.weights(norm + "/gamma").values();
        float[] beta = model.weights(norm + "/beta").values();
        float[] mean = model.weights(norm + "/moving_mean").values();
        float[] variance = model.weights(norm + "/moving_variance").values();
        double eps = model.layers().get(norm).path("config").path("epsilon").asDouble();
        int out = (int) shape[0];
        int in = (int) shape[1];
        int window = (int) (shape[2] * shape[3]);
        if (kernel.length != out * in * window || gamma.length != out) {
            throw LayersModel.broken("the weights of " + layer + " have another size");
        }
        float[] weight = new float[kernel.length];
        float[] bias = new float[out];
        for (int o = 0; o < out; o++) {
            double scale = gamma[o] / Math.sqrt(variance[o] + eps);
            bias[o] = (float) (beta[o] - mean[o] * scale);
            for (int i = 0; i < in; i++) {
                for (int k = 0; k < window; k++) {
                    // Keras: [window, in, out]; of a depthwise kernel [window, channels, 1].
                    int from = (k * in + i) * out + o;
                    weight[(o * in + i) * window + k] = (float) (kernel[from] * scale);
                }
            }
        }
        tensors.add(source(name + ".weight", shape, weight));
        tensors.add(source(name + ".bias", new long[] {out}, bias));
    }

    private static TensorSource source(String name, long[] shape, float[] values) {
        return new TensorSource(name, DType.F32, shape, () -> MemorySegment.ofArray(values));
    }

    private boolean has(String layer) {
        return model.layers().containsKey(layer);
    }

    private int stride(String layer) {
        return model.layers().get(layer).path("config").path("strides").path(0).asInt();
    }

    /** What Keras calls a block. */
    private static String prefix(int block) {
        return block == 0 ? "expanded_conv" : "block_" + block;
    }

    /** What Keras calls a convolution of ours. */
    private static String layer(String name) {
        if (name.equals("stem")) {
            return "Conv1";
        }
        if (name.equals("head")) {
            return "Conv_1";
        }
        String[] parts = name.split("\\.");
        return prefix(Integer.parseInt(parts[1])) + "_" + parts[2];
    }

    private static String norm(String name, String layer) {
        return switch (name) {
            case "stem" -> "bn_Conv1";
            case "head" -> "Conv_1_bn";
            default -> layer + "_BN";
        };
    }
}
