package stipple.train.rl;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.torch.Tensor;

/**
 * Pictures as they were sampled, with the points of the flow steps that will be optimised.
 *
 * @param tokens as they were drawn, float32 {@code [pictures, n, token]}
 * @param noised the same behind context noise, as the model read them back; null if there was none
 * @param points by the index of the step
 */
record Sampled(Tensor tokens, Tensor noised, Map<Integer, Point> points) {
    /**
     * A step of every token.
     *
     * @param before float32 {@code [pictures, n, token]}
     * @param after where the sampler went, of the same shape
     * @param velocity what the head said while sampling token by token, guided
     */
    record Point(Tensor before, Tensor after, Tensor velocity) {}

    /** Tokens as the model read them back, {@code [pictures, n, token]}. */
    Tensor read() {
        return noised == null ? tokens : noised;
    }

    /** Everything by name, to be stored. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("tokens", tokens);
        if (noised != null) {
            all.put("noised", noised);
        }
        points.forEach((step, point) -> {
            all.put("before." + step, point.before());
            all.put("after." + step, point.after());
            all.put("velocity." + step, point.velocity());
        });
        return all;
    }

    /** The inverse of {@link #tensors}. */
    static Sampled of(Map<String, Tensor> all) {
        Map<Integer, Point> points = new LinkedHashMap<>();
        for (String name : all.keySet()) {
            if (name.startsWith("before.")) {
                String step = name.substring("before.".length());
                points.put(
                        Integer.valueOf(step),
                        new Point(all.get(name), all.get("after." + step), all.get("velocity." + step)));
            }
        }
        return new Sampled(all.get("tokens"), all.get("noised"), points);
    }
}
