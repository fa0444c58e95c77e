package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stipple.model.nn.Weights;
import stipple.torch.Tensor;
import stipple.train.data.PictureSet;
import stipple.train.data.SampleOrder;
import stipple.train.recipe.Recipe;

/** What judges have in common: they look at pictures, draw none, and are measured on several held-out families. */
abstract sealed class JudgeObjective implements Objective permits ClassifierObjective, DualEncoderObjective {
    /** The pictures for training. */
    final PictureSet pictures;

    /** Pictures to measure on, by family. */
    final Map<String, PictureSet> heldOut = new LinkedHashMap<>();

    private final SampleOrder order;

    /**
     * Loads the pictures.
     *
     * @param alsoMeasured held-out families beside the one that the recipe's data name
     */
    JudgeObjective(Recipe recipe, List<String> alsoMeasured) {
        this.pictures = PictureSet.training(recipe.data());
        Stream.concat(Stream.of(recipe.data().holdout()), alsoMeasured.stream())
                .distinct()
                .forEach(family -> heldOut.put(family, PictureSet.heldOut(recipe.data(), family)));
        this.order = new SampleOrder(recipe.seed(), pictures.size());
    }

    /** Which pictures stand at some positions of the training. */
    final int[] indices(long[] positions) {
        return Arrays.stream(positions).mapToInt(order::at).toArray();
    }

    /** What a picture teaches, under its name. */
    abstract Map.Entry<String, Object> lesson(int picture);

    @Override
    public final Batch batch(long[] positions) {
        int[] indices = indices(positions);
        List<Map<String, Object>> samples = new ArrayList<>();
        for (int index : indices) {
            samples.add(Map.ofEntries(Map.entry("index", index), lesson(index)));
        }
        Tensor pixels = pictures.pixels(indices);
        return new Batch(samples, pixels, Map.of("pixels", pixels));
    }

    /** There is nothing to draw. */
    @Override
    public final void draw(Weights chosen, Path file) {}

    @Override
    public void close() {
        weights().close();
        pictures.close();
        heldOut.values().forEach(PictureSet::close);
    }
}
