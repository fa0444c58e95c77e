package stipple.eval.bench;

import java.util.Map;
import java.util.function.Predicate;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.VaeConfig;

/**
 * Counts what the parts of a model take at least, from the tensors as they are stored.
 *
 * @param config the model's shape
 * @param vae the image tokenizer's shape
 * @param model the model's tensors by name
 * @param vaeTensors the image tokenizer's tensors by name
 * @param cacheRow bytes of the keys and values of one token of one row in all layers
 */
public record ModelCosts(
        ModelConfig config,
        VaeConfig vae,
        Map<String, StoredSize> model,
        Map<String, StoredSize> vaeTensors,
        long cacheRow) {
    private static final String HEAD = "image_head.net.";

    /**
     * One tensor.
     *
     * @param elements values in it
     * @param bytes it takes, scales included
     * @param matrix whether it is multiplied with rows, so that every element is used once per row
     */
    public record StoredSize(long elements, double bytes, boolean matrix) {}

    /**
     * One more token for some rows.
     *
     * @param context tokens that each row already has
     */
    public Cost step(int rows, double context) {
        return weights(ModelCosts::inBackbone, rows)
                .plus(weights(name -> name.startsWith("image_in_projector"), rows))
                .plus(attention(rows, 1, context + 1));
    }

    /** Reading the first tokens of some rows. */
    public Cost prefill(int rows, int tokens) {
        // Each query sees half of the tokens on average.
        Cost read = weights(ModelCosts::inBackbone, (double) rows * tokens);
        Cost attention = attention(rows, tokens, (tokens + 1) / 2.0);
        double written = (double) rows * tokens * cacheRow;
        return new Cost(read.bytes() + written, read.flops() + attention.flops());
    }

    /**
     * One image token by the head for some rows. Everything that does not depend on the noisy token, which are the
     * condition's embedding and the modulations of all flow steps, is read once; the rest once per flow step.
     */
    public Cost head(int rows, int flowSteps) {
        Cost once =
                weights(name -> name.startsWith("image_out_projector") || name.startsWith(HEAD + "cond_embed"), rows);
        Cost modulation = weights(name -> name.contains("adaLN_modulation"), (double) rows * flowSteps);
        Cost each = weights(ModelCosts::perFlowStep, rows).repeated(flowSteps);
        return once.plus(modulation).plus(each);
    }

    /**
     * Decoding one picture of so many latent cells in each direction. A convolution of 3x3 on repeated pixels takes no more
     * than one of 2x2: four of its nine weights.
     */
    public Cost decode(int latentHeight, int latentWidth) {
        double bytes = 0;
        double flops = 0;
        for (Map.Entry<String, StoredSize> tensor : vaeTensors.entrySet()) {
            if (tensor.getKey().startsWith("decoder.")) {
                bytes += tensor.getValue().bytes();
                if (tensor.getValue().matrix()) {
                    double side = scale(tensor.getKey());
                    double share = tensor.getKey().contains("upsample") ? 4.0 / 9 : 1;
                    flops += 2.0 * share * tensor.getValue().elements() * latentHeight * side * latentWidth * side;
                }
            }
        }
        double cells = (double) latentHeight * latentWidth;
        return new Cost(bytes, flops + 4 * cells * cells * vae.width(vae.levels() - 1));
    }

    /** Bytes of all of the model's tensors and the image tokenizer's. */
    public double weightBytes() {
        return model.values().stream().mapToDouble(StoredSize::bytes).sum()
                + vaeTensors.values().stream().mapToDouble(StoredSize::bytes).sum();
    }

    private Cost attention(int rows, int queries, double keys) {
        BackboneConfig b = config.backbone();
        return new Cost(rows * keys * cacheRow, 4.0 * rows * queries * keys * b.layers() * b.queryWidth());
    }

    private Cost weights(Predicate<String> chosen, double rows) {
        double bytes = 0;
        double flops = 0;
        for (Map.Entry<String, StoredSize> tensor : model.entrySet()) {
            if (chosen.test(tensor.getKey())) {
                bytes += tensor.getValue().bytes();
                flops += tensor.getValue().matrix()
                        ? 2 * rows * tensor.getValue().elements()
                        : 0;
            }
        }
        return new Cost(bytes, flops);
    }

    private static boolean inBackbone(String name) {
        return name.startsWith("layers.") || name.equals("norm.weight");
    }

    private static boolean perFlowStep(String name) {
        return name.startsWith(HEAD)
                && !name.contains("adaLN_modulation")
                && !name.contains("cond_embed")
                && !name.contains("time_embed");
    }

    /** How much finer than the latent the map is that a tensor of the decoder works on. */
    private double scale(String name) {
        int top = vae.levels() - 1;
        if (name.startsWith("decoder.up.")) {
            int level = Integer.parseInt(name.substring("decoder.up.".length()).split("\\.")[0]);
            return 1 << (top - level + (name.contains("upsample") ? 1 : 0));
        }
        return name.startsWith("decoder.conv_out") ? 1 << top : 1;
    }
}
