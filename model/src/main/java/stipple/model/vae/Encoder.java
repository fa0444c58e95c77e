package stipple.model.vae;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.VaeConfig;
import stipple.model.nn.Conv2d;
import stipple.model.nn.GroupNorm;
import stipple.model.nn.Weights;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/** Pixels to latent moments: {@code [n, 3, h, w] -> [n, 2*z, h/8, w/8]} (reference §1.6). */
final class Encoder {
    private final Conv2d convIn;
    private final List<List<ResnetBlock>> levels = new ArrayList<>();
    private final List<Conv2d> downsamplers = new ArrayList<>();
    private final Middle middle;
    private final GroupNorm normOut;
    private final Conv2d convOut;

    Encoder(VaeConfig config, Weights weights) {
        convIn = Conv2d.same(weights, "encoder.conv_in");
        int count = config.levels();
        for (int level = 0; level < count; level++) {
            List<ResnetBlock> blocks = new ArrayList<>();
            for (int block = 0; block < config.numResBlocks(); block++) {
                blocks.add(ResnetBlock.of(weights, "encoder.down." + level + ".block." + block));
            }
            levels.add(blocks);
            if (level < count - 1) {
                downsamplers.add(Conv2d.halving(weights, "encoder.down." + level + ".downsample.conv"));
            }
        }
        middle = Middle.of(weights, "encoder.mid");
        normOut = GroupNorm.of(weights, "encoder.norm_out");
        convOut = Conv2d.same(weights, "encoder.conv_out");
    }

    Tensor apply(Tensor pixels) {
        Tensor h = convIn.apply(pixels);
        for (int level = 0; level < levels.size(); level++) {
            for (ResnetBlock block : levels.get(level)) {
                h = block.apply(h);
            }
            if (level < downsamplers.size()) {
                // One row and column of zeros on the far side only, as the stride-2 convolution expects.
                h = downsamplers.get(level).apply(Nn.padZero(h, 0, 1, 0, 1));
            }
        }
        return convOut.apply(Nn.silu(normOut.apply(middle.apply(h))));
    }
}
