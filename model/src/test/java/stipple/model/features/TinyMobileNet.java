package stipple.model.features;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.nn.Weights;
import stipple.torch.Rng;
import stipple.torch.Scope;

/** Networks of three blocks: one packed as npm packages pack them, its bytes made by a formula, and one of random weights. */
public final class TinyMobileNet {
    private static final int[][] BLOCKS = {{4, 4, 1}, {8, 4, 1}, {8, 6, 2}};

    private final StringBuilder layers = new StringBuilder();
    private final StringBuilder manifest = new StringBuilder();
    private int bytes;

    private TinyMobileNet() {
        layer("input_1", "batch_input_shape:[null,12,12,3],sparse:!1");
        convolution("Conv1", "bn_Conv1", 2, 4, 3, 3, 3, 4);
        int in = 4;
        for (int i = 0; i < BLOCKS.length; i++) {
            String prefix = i == 0 ? "expanded_conv" : "block_" + i;
            int hidden = BLOCKS[i][0];
            int out = BLOCKS[i][1];
            if (hidden != in) {
                convolution(prefix + "_expand", prefix + "_expand_BN", 1, hidden, 1, 1, in, hidden);
            }
            convolution(prefix + "_depthwise", prefix + "_depthwise_BN", BLOCKS[i][2], hidden, 3, 3, hidden, 1);
            convolution(prefix + "_project", prefix + "_project_BN", 1, out, 1, 1, hidden, out);
            if (BLOCKS[i][2] == 1 && in == out) {
                layer(prefix + "_add", "trainable:!0");
            }
            in = out;
        }
        convolution("Conv_1", "Conv_1_bn", 1, 8, 1, 1, in, 8);
    }

    private void layer(String name, String config) {
        layers.append(layers.isEmpty() ? "" : ",").append("{name:\"%s\",config:{%s}}".formatted(name, config));
    }

    private void convolution(String name, String norm, int stride, int norms, int... kernel) {
        layer(name, "strides:[%d,%d],use_bias:!1".formatted(stride, stride));
        layer(norm, "epsilon:.001");
        weights(name + (name.endsWith("depthwise") ? "/depthwise_kernel" : "/kernel"), .01, -1.2, kernel);
        weights(norm + "/gamma", .004, .5, norms);
        weights(norm + "/beta", .01, -1, norms);
        weights(norm + "/moving_mean", .01, -1, norms);
        weights(norm + "/moving_variance", .01, .3, norms);
    }

    private void weights(String name, double scale, double min, int... shape) {
        List<String> sizes = new ArrayList<>();
        int count = 1;
        for (int size : shape) {
            sizes.add(String.valueOf(size));
            count *= size;
        }
        bytes += count;
        String number = String.format(Locale.ROOT, "%.3f", scale).substring(1);
        manifest.append(manifest.isEmpty() ? "" : ",")
                .append("{name:\"%s\",shape:[%s],dtype:\"float32\",quantization:{min:%s,scale:%s,dtype:\"uint8\"}}"
                        .formatted(name, String.join(",", sizes), min, number));
    }

    /** The module with the topology. */
    static byte[] module() {
        TinyMobileNet net = new TinyMobileNet();
        String text = "!function(e){e()}({1:[function(e,a,n){a.exports={modelTopology:{model_config:{config:{layers:["
                + net.layers + "]}}},weightsManifest:[{paths:[\"a\"],weights:[" + net.manifest + "]}]}},{}]},{},[1]);";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The module with the weights. */
    static byte[] shard() {
        byte[] data = new byte[new TinyMobileNet().bytes];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) ((i * 37 + 11) % 251);
        }
        String text = "!function(e){e()}({1:[function(e,h,n){h.exports=\""
                + Base64.getEncoder().encodeToString(data) + "\"},{}]},{},[1]);";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A network of random weights with two taps. */
    public static FeatureNetwork random() {
        FeatureConfig config = new FeatureConfig(
                "tiny",
                16,
                8,
                List.of(
                        new FeatureConfig.Block(8, 8, 1),
                        new FeatureConfig.Block(16, 8, 2),
                        new FeatureConfig.Block(16, 8, 1)),
                12,
                Map.of(0, 1.0, 2, 0.5));
        Weights weights = new Weights();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            for (ExpectedTensor tensor : config.expected()) {
                weights.put(tensor.name(), rng.normal(tensor.shape()).mul(0.4));
            }
        }
        return new FeatureNetwork(config, weights);
    }
}
