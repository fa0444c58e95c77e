package stipple.model.lora;

import java.util.ArrayList;
import java.util.List;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.PackedMatrix;

/** Low-rank adapters in a table of weights: attached before training, merged or exported after it. */
public final class Lora {
    private static final String WEIGHT = ".weight";

    private Lora() {}

    /**
     * Makes fresh adapters for a network: the first factor uniform within 1/sqrt(in), the second zero, so that the network
     * starts unchanged.
     *
     * @param base weights of the network
     * @return the adapters alone; {@link #attach} puts them into the network's table
     * @throws UserException if no layer matches the targets
     */
    public static Weights fresh(Weights base, LoraConfig config, long seed) {
        Weights adapters = new Weights();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed)) {
            for (String layer : layers(base, config)) {
                Tensor weight = base.get(layer + WEIGHT);
                double bound = 1 / Math.sqrt(weight.size(1));
                Tensor down = rng.uniform(-bound, bound, config.rank(), weight.size(1));
                Tensor up = Tensors.zeros(DType.F32, weight.size(0), config.rank());
                adapters.put(layer + LowRank.DOWN, down.to(weight.device()));
                adapters.put(layer + LowRank.UP, up.to(weight.device()));
                adapters.put(layer + LowRank.ALPHA, Tensors.scalar(config.alpha()));
            }
        } catch (RuntimeException e) {
            adapters.close();
            throw e;
        }
        return adapters;
    }

    private static List<String> layers(Weights base, LoraConfig config) {
        List<String> layers = new ArrayList<>();
        for (String name : base.names()) {
            if (name.endsWith(WEIGHT) && base.get(name).dim() == 2) {
                String layer = name.substring(0, name.length() - WEIGHT.length());
                if (config.matches(layer)) {
                    layers.add(layer);
                }
            }
        }
        if (layers.isEmpty()) {
            throw new UserException("No layer matches the LoRA targets " + config.targets() + "; the backbone's are "
                    + LoraConfig.BACKBONE);
        }
        return layers;
    }

    /**
     * A table with the base's weights and the adapters side by side, for building a network over both. The tensors stay
     * where they are; close base and adapters, not the view.
     */
    public static Weights attach(Weights base, Weights adapters) {
        Weights view = Weights.view();
        base.all().forEach(view::put);
        base.allPacked().forEach(view::put);
        base.allCards().forEach(view::put);
        adapters.all().forEach(view::put);
        return view;
    }

    /**
     * Adds the adapters to the weights they belong to, in place.
     *
     * @throws UserException if an adapter's layer is not there or has another shape
     */
    public static void merge(Weights base, Weights adapters) {
        merge(base, adapters, 1);
    }

    /**
     * Adds the adapters to the weights they belong to, in place. Weights that are quantised stay as they are, and the
     * adapter stands beside them.
     *
     * @param strength 1 adds them as they were trained
     * @throws UserException if an adapter's layer is not there or has another shape, or a quantised layer has one already
     */
    public static void merge(Weights base, Weights adapters, double strength) {
        for (String layer : layers(adapters)) {
            PackedMatrix packed = base.packed(layer + WEIGHT);
            CardMatrix card = base.card(layer + WEIGHT);
            if (packed != null || card != null) {
                long out = packed != null ? packed.out() : card.out();
                long in = packed != null ? packed.in() : card.in();
                beside(out, in, base, layer, adapters, strength);
                continue;
            }
            Tensor weight = base.find(layer + WEIGHT);
            if (weight == null) {
                throw foreign(layer);
            }
            try (Scope scope = Scope.open()) {
                // A new tensor, because the old one may be mapped from a file that must not change.
                base.put(layer + WEIGHT, merged(weight, layer, adapters, strength));
            }
        }
    }

    private static void beside(long out, long in, Weights base, String layer, Weights adapters, double strength) {
        if (base.find(layer + LowRank.DOWN) != null) {
            throw new UserException("A quantised model takes one adapter, and '" + layer
                    + "' has one already; merge the others with convert --merge-lora before quantising");
        }
        Tensor down = adapters.get(layer + LowRank.DOWN);
        Tensor up = adapters.get(layer + LowRank.UP);
        requireShape(layer, down, up, out, in);
        try (Scope scope = Scope.open()) {
            // Copies, because the adapters' own table is closed by its owner.
            base.put(layer + LowRank.DOWN, down.add(0));
            base.put(layer + LowRank.UP, up.add(0));
            base.put(
                    layer + LowRank.ALPHA,
                    adapters.get(layer + LowRank.ALPHA).to(DType.F32).mul(strength));
        }
    }

    private static void requireShape(String layer, Tensor down, Tensor up, long out, long in) {
        if (up.size(0) != out || down.size(1) != in) {
            throw new UserException("The adapter of '" + layer + "' is for a weight of " + up.size(0) + "x"
                    + down.size(1) + ", the model's is " + out + "x" + in);
        }
    }

    /** The layers that adapters change. */
    public static List<String> layers(Weights adapters) {
        return adapters.names().stream()
                .filter(name -> name.endsWith(LowRank.DOWN))
                .map(name -> name.substring(0, name.length() - LowRank.DOWN.length()))
                .toList();
    }

    /** The refusal of an adapter that was made for another model. */
    public static UserException foreign(String layer) {
        return new UserException("The adapter changes '" + layer + "', which this model does not have");
    }

    /**
     * A layer's weight with its adapter added in float32, in the weight's own type and in the current scope.
     *
     * @param weight {@code [out, in]}
     * @throws UserException if the adapter is for another shape
     */
    public static Tensor merged(Tensor weight, String layer, Weights adapters, double strength) {
        Tensor down = adapters.get(layer + LowRank.DOWN);
        Tensor up = adapters.get(layer + LowRank.UP);
        requireShape(layer, down, up, weight.size(0), weight.size(1));
        double scale = strength * adapters.get(layer + LowRank.ALPHA).item() / down.size(0);
        return Autograd.off(() -> weight.to(DType.F32)
                .add(new LowRank(down, up, scale).product())
                .to(weight.dtype())
                .contiguous());
    }
}
