package stipple.train.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import stipple.model.files.AtomicFile;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.data.Seeds;
import stipple.train.objective.Objective;
import stipple.train.optim.AdamW;
import stipple.train.optim.AveragedWeights;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

/**
 * The one training loop. What a step does depends on the recipe, the weights and the step's number alone, so a run that
 * was interrupted continues as if it had not been.
 */
public final class Trainer implements AutoCloseable {
    private final Recipe recipe;
    private final Objective objective;
    private final RunFolder folder;
    private final AdamW optimizer;
    private final AveragedWeights average;
    private final Consumer<TrainEvent> listener;
    private final AtomicBoolean stop = new AtomicBoolean();

    /** Prepares a run; nothing is written yet. */
    public Trainer(Recipe recipe, Objective objective, Consumer<TrainEvent> listener) {
        this.recipe = recipe;
        this.objective = objective;
        this.listener = listener;
        this.folder = new RunFolder(Path.of(recipe.output()));
        this.optimizer = new AdamW(objective.weights(), recipe.optimizer());
        this.average = recipe.ema() > 0 ? new AveragedWeights(objective.weights(), recipe.ema()) : null;
        objective.weights().all().values().forEach(Autograd::track);
    }

    /** Asks the run to save and end after the step it is in; may be called from any thread. */
    public void requestStop() {
        stop.set(true);
    }

    /** Trains to the end of the recipe, from the newest whole checkpoint if there is one. */
    public void run() {
        long step = resume();
        AtomicFile.write(folder.file("recipe.yaml"), RecipeReader.write(recipe).getBytes(StandardCharsets.UTF_8));
        try (MetricsLog log = new MetricsLog(folder.file("metrics.jsonl"), step)) {
            Meter meter = new Meter(recipe, objective.tokensPerSample());
            while (step < recipe.steps() && !stop.get()) {
                double lr = recipe.optimizer().rate(step, recipe.steps());
                Map<String, Double> losses = forwardBackward(step);
                double norm = optimizer.step(step, lr);
                if (average != null) {
                    average.update(step);
                }
                step++;
                meter.add(losses, lr, norm);
                if (step % recipe.logEvery() == 0 || step == recipe.steps()) {
                    TrainEvent.Progress progress = meter.take(step);
                    log.write(progress);
                    listener.accept(progress);
                }
                if (step % recipe.samples().every() == 0 || step == recipe.steps()) {
                    measure(step, log);
                    meter.restart();
                }
                if (step % recipe.checkpoint().every() == 0 || step == recipe.steps()) {
                    save(step);
                }
            }
        }
        finish(step);
    }

    private void finish(long step) {
        boolean completed = step >= recipe.steps();
        Path model = folder.file("model");
        if (completed) {
            objective.export(shown(), model);
        } else {
            save(step);
        }
        listener.accept(new TrainEvent.Finished(step, completed, completed ? model : null));
    }

    private Map<String, Double> forwardBackward(long step) {
        Map<String, Double> sums = new LinkedHashMap<>();
        int part = recipe.batch() / recipe.accumulate();
        for (int micro = 0; micro < recipe.accumulate(); micro++) {
            long[] positions = new long[part];
            for (int i = 0; i < part; i++) {
                positions[i] = step * recipe.batch() + (long) micro * part + i;
            }
            try (Scope scope = Scope.open();
                    Rng rng = new Rng(Seeds.mix(recipe.seed(), step, micro))) {
                Objective.Losses losses = objective.losses(positions, rng);
                double total = losses.total().item();
                if (!Double.isFinite(total)) {
                    throw new UserException("The loss of step " + step + " is " + total
                            + "; the run stops, its last checkpoint is whole. Lower optimizer.lr or use float32");
                }
                Autograd.backward(losses.total().mul(1.0 / recipe.accumulate()));
                sums.merge("loss", total / recipe.accumulate(), Double::sum);
                for (Map.Entry<String, Tensor> entry : losses.parts().entrySet()) {
                    sums.merge(entry.getKey(), entry.getValue().item() / recipe.accumulate(), Double::sum);
                }
            }
        }
        return sums;
    }

    private Weights shown() {
        return average != null ? average.weights() : objective.weights();
    }

    private void measure(long step, MetricsLog log) {
        objective.draw(shown(), folder.file("samples").resolve("%07d.png".formatted(step)));
        TrainEvent.Evaluated figures = new TrainEvent.Evaluated(step, objective.evaluate(shown()));
        log.write(figures);
        listener.accept(figures);
    }

    private void save(long step) {
        folder.save(step, RecipeReader.write(recipe), target -> {
            WeightFiles.write(target.resolve("weights.safetensors"), objective.weights(), DType.F32, Map.of());
            WeightFiles.write(target.resolve("means.safetensors"), optimizer.means(), DType.F32, Map.of());
            WeightFiles.write(target.resolve("squares.safetensors"), optimizer.squares(), DType.F32, Map.of());
            if (average != null) {
                WeightFiles.write(target.resolve("average.safetensors"), average.weights(), DType.F32, Map.of());
            }
        });
        folder.prune(recipe.checkpoint().keep());
        listener.accept(new TrainEvent.Saved(step, folder.file("checkpoint-" + step)));
    }

    private long resume() {
        for (RunFolder.Checkpoint checkpoint : folder.checkpoints()) {
            try {
                Path from = checkpoint.folder();
                WeightFiles.readInto(from.resolve("weights.safetensors"), objective.weights());
                WeightFiles.readInto(from.resolve("means.safetensors"), optimizer.means());
                WeightFiles.readInto(from.resolve("squares.safetensors"), optimizer.squares());
                if (average != null) {
                    WeightFiles.readInto(from.resolve("average.safetensors"), average.weights());
                }
                listener.accept(
                        new TrainEvent.Started(objective.weights().count(), checkpoint.step(), recipe.steps(), from));
                return checkpoint.step();
            } catch (UserException e) {
                listener.accept(new TrainEvent.Skipped(checkpoint.folder(), e.getMessage()));
            }
        }
        listener.accept(new TrainEvent.Started(objective.weights().count(), 0, recipe.steps(), null));
        return 0;
    }

    @Override
    public void close() {
        optimizer.close();
        if (average != null) {
            average.close();
        }
    }
}
