package stipple.train.run;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.torch.ProcessMemory;
import stipple.train.objective.Objective;
import stipple.train.objective.Workload;
import stipple.train.recipe.Recipe;

/** Averages losses and measures rates between two lines of the log. */
final class Meter {
    private final Recipe recipe;
    private final Objective objective;
    private final Workload workload;
    private final double peakFlops;
    private final long began = System.nanoTime();
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private long all;
    private long count;
    private double lr;
    private double norm;
    private double busy;
    private double waited;
    private long mark = System.nanoTime();

    Meter(Recipe recipe, Objective objective, double peakFlops) {
        this.recipe = recipe;
        this.objective = objective;
        this.workload = objective.workload();
        this.waited = objective.waitedSeconds();
        this.peakFlops = peakFlops;
    }

    void add(TrainStep.Done done) {
        long now = System.nanoTime();
        busy += (now - mark) / 1e9;
        mark = now;
        done.losses().forEach((name, value) -> sums.merge(name, value, Double::sum));
        lr = done.lr();
        norm = done.norm();
        count++;
        all++;
    }

    /** Leaves out the time since the last step: samples and checkpoints are not training. */
    void restart() {
        mark = System.nanoTime();
    }

    TrainEvent.Progress take(long step) {
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> means.put(name, sum / count));
        double loss = means.remove("loss");
        means.putAll(objective.machineFigures());
        double rate = count * recipe.batch() / busy;
        double left = (recipe.steps() - step) * ((System.nanoTime() - began) / 1e9) / all;
        double waiting = objective.waitedSeconds();
        double share = Math.min(1, (waiting - waited) / busy);
        waited = waiting;
        sums.clear();
        count = 0;
        busy = 0;
        double flops = rate * workload.flops();
        TrainEvent.Speed speed = new TrainEvent.Speed(rate, rate * workload.tokens(), flops, flops / peakFlops, share);
        return new TrainEvent.Progress(step, recipe.steps(), loss, means, lr, norm, speed, ProcessMemory.bytes(), left);
    }
}
