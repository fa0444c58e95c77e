package stipple.model.decode;

import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SpecialTokens;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** Small random networks whose widths are no multiples of anything, and whose every layer matters. */
record OddNetwork(ModelConfig config, Weights weights, NextStepModel model) implements AutoCloseable {
    static final int PLACEHOLDER = 30;

    /** The shapes that a test may want to vary. */
    record Shape(int heads, int kvHeads, int headDim, boolean bias, boolean positions, double mlpRatio) {
        static final Shape PLAIN = new Shape(6, 2, 10, true, false, 1);
    }

    static OddNetwork of(Shape shape, DType compute, long seed) {
        ModelConfig config = config(shape);
        Weights weights = new Weights();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed)) {
            for (ExpectedTensor tensor : BackboneNames.expected(config)) {
                if (tensor.presence() == ExpectedTensor.Presence.REQUIRED) {
                    weights.put(tensor.name(), filled(tensor, rng).to(compute));
                }
            }
            if (shape.positions()) {
                weights.put("gen_pos_embed", rng.normal(1, 9, config.backbone().hidden()));
            }
        }
        return new OddNetwork(config, weights, new NextStepModel(config, weights, compute));
    }

    private static Tensor filled(ExpectedTensor tensor, Rng rng) {
        long[] size = tensor.shape();
        if (size.length == 1) {
            boolean norm =
                    tensor.name().contains("norm.weight") || tensor.name().endsWith("in_ln.weight");
            return rng.normal(size).mul(0.2).add(norm ? 1 : 0);
        }
        return rng.normal(size).mul(0.7 / Math.sqrt(size[1]));
    }

    private static ModelConfig config(Shape shape) {
        BackboneConfig backbone = new BackboneConfig(
                44,
                3,
                shape.heads(),
                shape.kvHeads(),
                shape.headDim(),
                75,
                1e-5,
                10_000,
                40,
                512,
                false,
                shape.bias(),
                false,
                0.02,
                false);
        GenerationDefaults defaults = GenerationDefaults.of(ConfigDialect.A, 64);
        return new ModelConfig(
                backbone,
                new FlowHeadConfig(36, 2, shape.mlpRatio(), 4),
                new LatentConfig(8, 2, 5),
                new LossConfig(0.01, 1, false, 0),
                new SpecialTokens(28, 29, PLACEHOLDER, 31, 32),
                shape.positions(),
                3,
                false,
                "vae",
                ConfigDialect.A,
                defaults);
    }

    /** The same network with adapters on some of its layers. */
    OddNetwork adapted(Weights adapters) {
        Weights view = stipple.model.lora.Lora.attach(weights, adapters);
        return new OddNetwork(
                config, view, new NextStepModel(config, view, model.backbone().compute()));
    }

    /** The same network with rounded weights, which the caller closes. */
    OddNetwork quantised(Quantisation to) {
        Weights rounded = new Weights();
        try (Scope scope = Scope.open()) {
            weights.all().forEach((name, tensor) -> {
                if (to.covers(name, tensor.shape())) {
                    rounded.put(name, to.apply(name, tensor));
                } else {
                    rounded.put(name, tensor.mul(1));
                }
            });
        }
        return new OddNetwork(
                config,
                rounded,
                new NextStepModel(config, rounded, model.backbone().compute()));
    }

    static List<String> layersToAdapt() {
        return List.of("q_proj", "v_proj", "o_proj", "up_proj", "down_proj", "image_out_projector");
    }

    @Override
    public void close() {
        weights.close();
    }
}
