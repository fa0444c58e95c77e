package stipple.train.rl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.reward.Located;

/**
 * A sampling with what became of it.
 *
 * @param number of the sampling
 * @param from first group of the part of the batch
 * @param sampled the pictures
 * @param scores of each reward, by name, in the order of the recipe
 * @param total weighted sums of the scores
 * @param located what their parts are worth; empty where nothing asks for it
 * @param old log-probabilities {@code [learnt tokens]} by the index of the flow step; empty if nothing is kept
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
record Round(
        long number,
        int from,
        Sampled sampled,
        Map<String, double[]> scores,
        double[] total,
        List<Located> located,
        Map<Integer, Tensor> old) {
    private static final String SCORE = "score.";
    private static final String OLD = "old.";

    /** Everything by name, to be stored. Rewards are float32 there, as they are in {@link #of}. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>(sampled.tensors());
        scores.forEach((name, values) -> all.put(SCORE + name, tensor(values)));
        all.put("total", tensor(total));
        old.forEach((step, values) -> all.put(OLD + step, values));
        return all;
    }

    private static Tensor tensor(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensors.of(floats, floats.length);
    }

    /** The inverse of {@link #tensors}. */
    static Round of(long number, int from, Map<String, Tensor> all) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        Map<Integer, Tensor> old = new LinkedHashMap<>();
        all.forEach((name, tensor) -> {
            if (name.startsWith(SCORE)) {
                scores.put(name.substring(SCORE.length()), values(tensor));
            } else if (name.startsWith(OLD)) {
                old.put(Integer.valueOf(name.substring(OLD.length())), tensor);
            }
        });
        return new Round(number, from, Sampled.of(all), scores, values(all.get("total")), List.of(), old);
    }

    private static double[] values(Tensor tensor) {
        float[] floats = tensor.toFloats();
        double[] values = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }
}
