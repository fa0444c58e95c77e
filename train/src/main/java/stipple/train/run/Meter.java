package stipple.train.run;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.train.recipe.Recipe;

/** Averages losses and measures rates between two lines of the log. */
final class Meter {
    private final Recipe recipe;
    private final long tokensPerSample;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private long count;
    private double lr;
    private double norm;
    private double busy;
    private long mark = System.nanoTime();
    private long measured;
    private double measuredSeconds;

    Meter(Recipe recipe, long tokensPerSample) {
        this.recipe = recipe;
        this.tokensPerSample = tokensPerSample;
    }

    void add(Map<String, Double> losses, double lr, double norm) {
        long now = System.nanoTime();
        busy += (now - mark) / 1e9;
        mark = now;
        losses.forEach((name, value) -> sums.merge(name, value, Double::sum));
        this.lr = lr;
        this.norm = norm;
        count++;
    }

    /** Leaves out the time since the last step: samples and checkpoints are not training. */
    void restart() {
        mark = System.nanoTime();
    }

    TrainEvent.Progress take(long step) {
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> means.put(name, sum / count));
        double loss = means.remove("loss");
        double rate = count * recipe.batch() / busy;
        measured += count;
        measuredSeconds += busy;
        double left = (recipe.steps() - step) * measuredSeconds / measured;
        sums.clear();
        count = 0;
        busy = 0;
        return new TrainEvent.Progress(step, recipe.steps(), loss, means, lr, norm, rate, rate * tokensPerSample, left);
    }
}
