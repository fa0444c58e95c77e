package stipple.eval.bench;

import java.util.ArrayList;
import java.util.List;
import stipple.model.backbone.Backbone;
import stipple.model.config.BackboneConfig;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.ModelConfig;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Cards;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.kernels.PackedMatrix;

/** Times the matrix products and the attention of a model by themselves, to tell them from everything around them. */
final class ProductTimes {
    private static final String HEAD = "image_head.net.";

    private final ModelConfig config;
    private final Weights weights;
    private final Backbone backbone;
    private final boolean own;

    /**
     * Times for a model.
     *
     * @param own whether our own kernels multiply, as the native decode step has it, or libtorch
     */
    ProductTimes(ModelConfig config, Weights weights, Backbone backbone, boolean own) {
        this.own = own;
        this.config = config;
        this.weights = weights;
        this.backbone = backbone;
    }

    private record Product(Linear linear, PackedMatrix matrix, Tensor input) {
        void run() {
            if (matrix == null) {
                linear.apply(input);
            } else {
                matrix.multiply(input);
            }
        }
    }

    /** All products of one pass through the backbone. */
    Timing backbone(int rows, double budget) {
        BackboneConfig b = config.backbone();
        List<String> names = new ArrayList<>();
        for (int layer = 0; layer < b.layers(); layer++) {
            String prefix = "layers." + layer + ".";
            for (String part : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
                names.add(prefix + "self_attn." + part);
            }
            for (String part : List.of("gate_proj", "up_proj", "down_proj")) {
                names.add(prefix + "mlp." + part);
            }
        }
        return products(names, rows, 1, budget);
    }

    /** All products of one token in the head; modulations in one product for all flow steps. */
    Timing head(int rows, int flowSteps, double budget) {
        FlowHeadConfig head = config.flowHead();
        List<String> each = new ArrayList<>(List.of(HEAD + "input_proj", HEAD + "final_layer.linear"));
        List<String> once = new ArrayList<>(List.of(HEAD + "final_layer.adaLN_modulation.1"));
        for (int block = 0; block < head.layers(); block++) {
            String prefix = HEAD + "res_blocks." + block + ".";
            each.add(prefix + "mlp.0");
            each.add(prefix + "mlp.2");
            once.add(prefix + "adaLN_modulation.1");
        }
        Timing repeated = products(each, rows, flowSteps, budget / 2);
        Timing ahead = products(once, rows * flowSteps, 1, budget / 2);
        return new Timing(
                Math.min(repeated.runs(), ahead.runs()),
                repeated.median() + ahead.median(),
                repeated.low() + ahead.low(),
                repeated.high() + ahead.high());
    }

    /** The attention of one token per row in all layers. */
    Timing attention(int rows, int keys, double budget) {
        BackboneConfig b = config.backbone();
        Scope owner = Scope.detached();
        try (Rng rng = new Rng(3)) {
            List<Tensor> store = new ArrayList<>();
            Tensor query;
            try (Scope scope = Scope.open()) {
                query = owner.adopt(attended(rng.normal(rows, b.heads(), 1, b.headDim())));
                for (int i = 0; i < 2 * b.layers(); i++) {
                    store.add(owner.adopt(attended(rng.normal(rows, b.kvHeads(), keys, b.headDim()))));
                }
            }
            return Timing.measure(budget, () -> {
                try (Scope scope = Scope.open()) {
                    Autograd.off(() -> {
                        for (int i = 0; i < store.size(); i += 2) {
                            Nn.attention(query, store.get(i), store.get(i + 1), null, false);
                        }
                        return null;
                    });
                }
                Cards.await(backbone.device());
            });
        } finally {
            owner.close();
        }
    }

    /** In the type that attention has on the device. */
    private Tensor attended(Tensor x) {
        Device device = backbone.device();
        return device.equals(Device.CPU) ? x : x.to(backbone.compute()).to(device);
    }

    private Timing products(List<String> names, int rows, int times, double budget) {
        Scope owner = Scope.detached();
        try (Rng rng = new Rng(2)) {
            List<Product> products = new ArrayList<>();
            try (Scope scope = Scope.open()) {
                for (String name : names) {
                    Linear linear = Linear.of(weights, name);
                    products.add(new Product(
                            linear,
                            own ? linear.matrix() : null,
                            owner.adopt(rng.normal(rows, linear.in())
                                    .to(own ? DType.F32 : backbone.compute())
                                    .to(backbone.device()))));
                }
            }
            return Timing.measure(budget, () -> {
                for (int i = 0; i < times; i++) {
                    try (Scope scope = Scope.open()) {
                        Autograd.off(() -> {
                            products.forEach(Product::run);
                            return null;
                        });
                    }
                }
                Cards.await(backbone.device());
            });
        } finally {
            owner.close();
        }
    }
}
