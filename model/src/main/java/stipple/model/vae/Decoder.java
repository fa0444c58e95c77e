package stipple.model.vae;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.VaeConfig;
import stipple.model.nn.Conv2d;
import stipple.model.nn.GroupNorm;
import stipple.model.nn.Weights;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/** Latents to pixels: {@code [n, z, h/8, w/8] -> [n, 3, h, w]} (reference §1.6). */
final class Decoder {
    private final Conv2d convIn;
    private final Middle middle;
    // In order of execution: from the lowest resolution, which the checkpoint numbers highest, upwards.
    private final List<List<ResnetBlock>> levels = new ArrayList<>();
    private final List<Conv2d> upsamplers = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    Decoder(VaeConfig config, Weights weights) {
        convIn = Conv2d.same(weights, "decoder.conv_in");
        middle = Middle.of(weights, "decoder.mid");
        for (int level = config.levels() - 1; level >= 0; level--) {
            List<ResnetBlock> blocks = new ArrayList<>();
            for (int block = 0; block <= config.numResBlocks(); block++) {
                blocks.add(ResnetBlock.of(weights, "decoder.up." + level + ".block." + block));
            }
            levels.add(blocks);
            if (level > 0) {
                upsamplers.add(Conv2d.same(weights, "decoder.up." + level + ".upsample.conv"));
            }
        }
        normOut = GroupNorm.of(weights, "decoder.norm_out");
        convOut = Conv2d.same(weights, "decoder.conv_out");
    }

    Tensor apply(Tensor latents) {
        Tensor h = middle.apply(convIn.apply(latents));
        for (int i = 0; i < levels.size(); i++) {
            for (ResnetBlock block : levels.get(i)) {
                h = block.apply(h);
            }
            if (i < upsamplers.size()) {
                h = upsamplers.get(i).apply(Nn.upsampleNearest(h));
            }
        }
        return convOut.apply(Nn.silu(normOut.apply(h)));
    }
}
