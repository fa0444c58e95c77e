package stipple.train.objective;

import java.util.List;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.config.VaeConfig;
import stipple.torch.DType;

/** Counts what a picture costs in the autoencoder. */
final class AutoencoderCost {
    /** Tensors kept per convolution for the way back: its input, that of the activation and that of the norm before. */
    private static final int KEPT = 3;

    private AutoencoderCost() {}

    /**
     * The cost of encoding and decoding one square picture and going back.
     *
     * @param size side in pixels
     * @param frozenEncoder whether there is no way back through the encoder
     */
    static Workload of(VaeConfig config, List<ExpectedTensor> shapes, int size, DType compute, boolean frozenEncoder) {
        double flops = 0;
        double kept = 0;
        for (ExpectedTensor tensor : shapes) {
            long[] s = tensor.shape();
            if (s.length != 4 || tensor.presence() != ExpectedTensor.Presence.REQUIRED) {
                continue;
            }
            double cells = cells(tensor.name(), config, size);
            boolean trained = !frozenEncoder || tensor.name().startsWith("decoder.");
            // Going back costs twice the way there: once towards the input, once towards the weights.
            flops += (trained ? 3 : 1) * 2.0 * s[0] * s[1] * s[2] * s[3] * cells;
            kept += !trained ? 0 : KEPT * s[1] * cells * compute.bytes();
        }
        double lowest = (double) size / config.downsampling() * size / config.downsampling();
        // One attention over all cells in the middle of either half: scores and mixing.
        flops += (frozenEncoder ? 4 : 6) * 4 * lowest * lowest * config.width(config.levels() - 1);
        int side = size / config.downsampling() / config.psz();
        return new Workload((double) side * side, flops, kept);
    }

    /** Output cells of a convolution, by its name. */
    private static double cells(String name, VaeConfig config, int size) {
        int last = config.levels() - 1;
        int level = last;
        if (name.startsWith("encoder.conv_in") || name.startsWith("decoder.conv_out")) {
            level = 0;
        } else if (name.startsWith("encoder.down.") || name.startsWith("decoder.up.")) {
            level = Integer.parseInt(name.split("\\.")[2]);
            if (name.contains(".downsample.")) {
                level++;
            } else if (name.contains(".upsample.")) {
                level--;
            }
        }
        double side = size / Math.pow(2, level);
        return side * side;
    }
}
