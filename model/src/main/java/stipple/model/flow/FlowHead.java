package stipple.model.flow;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.FlowHeadConfig;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The flow-matching head (reference §2.6): a residual MLP with adaptive layer norm that maps a noisy token, a time and a
 * condition to a velocity. It works on each token by itself. A view of its weights.
 */
public final class FlowHead {
    private static final double NORM_EPS = 1e-6;
    private static final double MAX_PERIOD = 10_000;
    private static final String PREFIX = "image_head.net.";

    private final DType compute;
    private final Linear timeIn;
    private final Linear timeOut;
    private final Linear conditionIn;
    private final Linear tokenIn;
    private final List<Block> blocks = new ArrayList<>();
    private final Linear finalModulation;
    private final Linear finalOut;

    /** Builds the network over weights in the released naming; {@code compute} is the type of its activations. */
    public FlowHead(FlowHeadConfig config, Weights weights, DType compute) {
        this.compute = compute;
        timeIn = Linear.of(weights, PREFIX + "time_embed.mlp.0");
        timeOut = Linear.of(weights, PREFIX + "time_embed.mlp.2");
        conditionIn = Linear.of(weights, PREFIX + "cond_embed");
        tokenIn = Linear.of(weights, PREFIX + "input_proj");
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(Block.of(weights, PREFIX + "res_blocks." + i));
        }
        finalModulation = Linear.of(weights, PREFIX + "final_layer.adaLN_modulation.1");
        finalOut = Linear.of(weights, PREFIX + "final_layer.linear");
    }

    /**
     * Sinusoidal features of times: cosines first, then sines; t is used as it is, not scaled by 1000.
     *
     * @param t float32 {@code [n]}
     * @return float32 {@code [n, 256]}
     */
    public static Tensor timeFeatures(Tensor t) {
        int half = FlowHeadConfig.TIME_FEATURES / 2;
        Tensor frequencies =
                Tensors.arange(half).mul(-Math.log(MAX_PERIOD) / half).exp().to(t.device());
        Tensor angles = t.unsqueeze(1).mul(frequencies.unsqueeze(0));
        return Tensors.cat(List.of(angles.cos(), angles.sin()), -1);
    }

    /**
     * Embeds times {@code [n]} to {@code [n, dim]}. Times are first rounded to the type of the activations, as the
     * reference does.
     */
    public Tensor embedTime(Tensor t) {
        Tensor rounded = t.to(compute).to(DType.F32);
        return timeOut.apply(Nn.silu(timeIn.apply(timeFeatures(rounded).to(compute))));
    }

    /** Embeds conditions {@code [n, hidden]} to {@code [n, dim]}. */
    public Tensor embedCondition(Tensor c) {
        return conditionIn.apply(c.to(compute));
    }

    /**
     * The velocity at noisy tokens.
     *
     * @param x {@code [n, token]}
     * @param time from {@link #embedTime}, {@code [n or 1, dim]}
     * @param condition from {@link #embedCondition}, {@code [n, dim]}
     * @return float32 {@code [n, token]}
     */
    public Tensor velocity(Tensor x, Tensor time, Tensor condition) {
        return velocity(x, modulations(time.add(condition)));
    }

    /**
     * What times and conditions do to every layer. It does not depend on the noisy token, so all flow steps can be asked for
     * at once, which reads these weights, more than half of the head's, once per token.
     *
     * @param sum embedded times plus embedded conditions, {@code [..., dim]}
     */
    public Modulations modulations(Tensor sum) {
        Tensor modulator = Nn.silu(sum);
        return new Modulations(
                blocks.stream().map(block -> block.modulation.apply(modulator)).toList(),
                finalModulation.apply(modulator));
    }

    /**
     * Shifts, scales and gates of all layers.
     *
     * @param blocks {@code [..., 3 * dim]} for each residual block
     * @param last {@code [..., 2 * dim]} for the final layer
     */
    public record Modulations(List<Tensor> blocks, Tensor last) {
        /** Those of one entry of the first dimension. */
        public Modulations at(int index) {
            return new Modulations(
                    blocks.stream().map(block -> block.select(0, index)).toList(), last.select(0, index));
        }
    }

    /**
     * The velocity at noisy tokens under modulations that were computed before.
     *
     * @param x {@code [n, token]}
     * @param modulations of {@code [n, ...]}
     * @return float32 {@code [n, token]}
     */
    public Tensor velocity(Tensor x, Modulations modulations) {
        Tensor u = tokenIn.apply(x.to(compute));
        for (int i = 0; i < blocks.size(); i++) {
            u = blocks.get(i).apply(u, modulations.blocks().get(i));
        }
        Tensor[] ss = modulations.last().chunk(2, 1);
        Tensor normed = Nn.layerNorm(u, null, null, NORM_EPS);
        return finalOut.apply(normed.mul(ss[1].add(1)).add(ss[0])).to(DType.F32);
    }

    /** Type of the activations. */
    public DType compute() {
        return compute;
    }

    /** One residual block: modulated layer norm, a two-layer MLP, and a gate on the way back. */
    private record Block(Tensor normWeight, Tensor normBias, Linear mlpIn, Linear mlpOut, Linear modulation) {
        static Block of(Weights weights, String prefix) {
            return new Block(
                    weights.get(prefix + ".in_ln.weight"),
                    weights.get(prefix + ".in_ln.bias"),
                    Linear.of(weights, prefix + ".mlp.0"),
                    Linear.of(weights, prefix + ".mlp.2"),
                    Linear.of(weights, prefix + ".adaLN_modulation.1"));
        }

        Tensor apply(Tensor u, Tensor modulated) {
            // Three consecutive parts: shift, scale, gate.
            Tensor[] ssg = modulated.chunk(3, 1);
            Tensor normed = Nn.layerNorm(u, normWeight.to(u.dtype()), normBias.to(u.dtype()), NORM_EPS);
            Tensor z = normed.mul(ssg[1].add(1)).add(ssg[0]);
            z = mlpOut.apply(Nn.silu(mlpIn.apply(z)));
            return u.add(ssg[2].mul(z));
        }
    }
}
