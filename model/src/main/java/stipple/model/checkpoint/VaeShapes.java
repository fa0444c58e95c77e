package stipple.model.checkpoint;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.VaeConfig;

/** Lists the image tokenizer's tensors under their LDM names (reference §1.6). */
final class VaeShapes {
    private final VaeConfig config;
    private final List<ExpectedTensor> result = new ArrayList<>();

    private VaeShapes(VaeConfig config) {
        this.config = config;
    }

    static List<ExpectedTensor> of(VaeConfig config) {
        VaeShapes shapes = new VaeShapes(config);
        shapes.encoder();
        shapes.decoder();
        return List.copyOf(shapes.result);
    }

    private void encoder() {
        conv("encoder.conv_in", config.ch(), config.inChannels(), 3);
        int in = config.ch();
        int top = config.levels() - 1;
        for (int level = 0; level <= top; level++) {
            String prefix = "encoder.down." + level + ".";
            for (int block = 0; block < config.numResBlocks(); block++) {
                resnet(prefix + "block." + block, in, config.width(level));
                in = config.width(level);
            }
            if (level < top) {
                conv(prefix + "downsample.conv", in, in, 3);
            }
        }
        mid("encoder.mid.", in);
        norm("encoder.norm_out", in);
        // Mean and log variance side by side.
        conv("encoder.conv_out", 2 * config.zChannels(), in, 3);
    }

    private void decoder() {
        int top = config.levels() - 1;
        int in = config.width(top);
        conv("decoder.conv_in", in, config.zChannels(), 3);
        mid("decoder.mid.", in);
        // Executed from the coarsest level, which has the highest number.
        for (int level = top; level >= 0; level--) {
            String prefix = "decoder.up." + level + ".";
            for (int block = 0; block <= config.numResBlocks(); block++) {
                resnet(prefix + "block." + block, in, config.width(level));
                in = config.width(level);
            }
            if (level > 0) {
                conv(prefix + "upsample.conv", in, in, 3);
            }
        }
        norm("decoder.norm_out", in);
        conv("decoder.conv_out", config.outCh(), in, 3);
    }

    private void mid(String prefix, int width) {
        resnet(prefix + "block_1", width, width);
        norm(prefix + "attn_1.norm", width);
        for (String part : List.of("q", "k", "v", "proj_out")) {
            conv(prefix + "attn_1." + part, width, width, 1);
        }
        resnet(prefix + "block_2", width, width);
    }

    private void resnet(String name, int in, int out) {
        norm(name + ".norm1", in);
        conv(name + ".conv1", out, in, 3);
        norm(name + ".norm2", out);
        conv(name + ".conv2", out, out, 3);
        if (in != out) {
            conv(name + ".nin_shortcut", out, in, 1);
        }
    }

    private void conv(String name, int out, int in, int kernel) {
        result.add(ExpectedTensor.required(name + ".weight", out, in, kernel, kernel));
        result.add(ExpectedTensor.required(name + ".bias", out));
    }

    private void norm(String name, int width) {
        result.add(ExpectedTensor.required(name + ".weight", width));
        result.add(ExpectedTensor.required(name + ".bias", width));
    }
}
