package stipple.train.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import stipple.model.files.AtomicFile;
import stipple.torch.MachineSpeed;
import stipple.torch.PeerLostException;
import stipple.torch.UserException;
import stipple.train.objective.Objective;
import stipple.train.parallel.Replicas;
import stipple.train.parallel.SingleProcess;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.state.RunFolder;
import stipple.train.state.RunLock;

/**
 * The one training loop. A {@link TrainStep} depends on the recipe, the weights and its number alone, so a run that was
 * interrupted continues as if it had not been. What cannot be written beside its {@link Checkpoints} is reported and does not
 * stop the training.
 */
public final class Trainer implements AutoCloseable {
    private final Recipe recipe;
    private final Objective objective;
    private final RunFolder folder;
    private final TrainStep stepper;
    private final Replicas replicas;
    private final Consumer<TrainEvent> listener;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Checkpoints checkpoints;

    /** Prepares a run; nothing is written yet. */
    public Trainer(Recipe recipe, Objective objective, Consumer<TrainEvent> listener) {
        this(recipe, objective, listener, new SingleProcess());
    }

    /** Prepares this process's part of a run of several. The leading process writes, the others follow it. */
    public Trainer(Recipe recipe, Objective objective, Consumer<TrainEvent> listener, Replicas replicas) {
        this(recipe, objective, listener, new RunFolder(Path.of(recipe.output())), replicas);
    }

    Trainer(Recipe recipe, Objective objective, Consumer<TrainEvent> listener, RunFolder folder) {
        this(recipe, objective, listener, folder, new SingleProcess());
    }

    private Trainer(
            Recipe recipe, Objective objective, Consumer<TrainEvent> listener, RunFolder folder, Replicas replicas) {
        this.recipe = recipe;
        this.replicas = replicas;
        this.objective = objective;
        this.listener = listener;
        this.folder = folder;
        String figure = recipe.checkpoint().best();
        if (figure != null && !objective.figures().containsKey(figure)) {
            throw new UserException("Recipe: checkpoint.best '" + figure + "' is no figure of this objective; use "
                    + String.join(
                            " or ",
                            objective.figures().keySet().stream().sorted().toList()));
        }
        this.stepper = new TrainStep(recipe, objective, replicas);
        this.checkpoints = new Checkpoints(recipe, objective, stepper, folder, replicas, listener);
    }

    /** Asks the run to save and end after the step it is in; may be called from any thread. */
    public void requestStop() {
        if (!stop.getAndSet(true)) {
            listener.accept(new TrainEvent.Stopping());
        }
    }

    /** Trains to the end of the recipe, from the newest whole checkpoint if there is one. */
    public void run() {
        folder.create();
        if (!replicas.leads()) {
            new Follower(recipe, objective, stepper, replicas, folder, listener).run(stop::get);
            return;
        }
        try (RunLock lock = RunLock.take(folder.root())) {
            folder.tidy();
            double peak = MachineSpeed.matmul(recipe.compute()) * replicas.size();
            long step = replicas.fromLeader(checkpoints.resume(peak));
            replicas.align(objective.weights());
            AtomicFile.write(
                    folder.file("recipe.yaml"), RecipeReader.write(recipe).getBytes(StandardCharsets.UTF_8));
            try (RunLog log = new RunLog(folder.root(), step)) {
                begin(step, log);
                step = loop(step, new Meter(recipe, objective, peak), log);
            }
            checkpoints.finish(step);
            replicas.fromLeader(Follower.GO_ON);
            replicas.barrier();
        }
    }

    private long loop(long from, Meter meter, RunLog log) {
        long step = from;
        try {
            while (step < recipe.steps() && !replicas.any(stop.get())) {
                meter.add(step(step));
                step++;
                checkpoints.seen(recipe.batch());
                tell(step, log);
                afterStep(step, meter, log);
                replicas.fromLeader(Follower.GO_ON);
            }
            end(step, log, step >= recipe.steps() ? "all steps are done" : "training was stopped");
            return step;
        } catch (PeerLostException e) {
            UserException failure = checkpoints.lost(step, e);
            end(step, log, "training failed: " + failure.getMessage());
            throw failure;
        } catch (UserException e) {
            end(step, log, "training failed: " + e.getMessage());
            throw e;
        }
    }

    /** The server's page of runs knows these words. */
    private void end(long step, RunLog log, String how) {
        report(step, () -> log.note(step, List.of(how)));
    }

    private void begin(long step, RunLog log) {
        String how = step == 0 ? "training starts" : "training goes on from checkpoint-" + step;
        report(step, () -> log.note(step, List.of(how)));
        tell(step, log);
    }

    /** Passes on what the objective has to say. */
    private void tell(long step, RunLog log) {
        List<String> news = objective.news();
        if (!news.isEmpty()) {
            report(step, () -> log.note(step, news));
            listener.accept(new TrainEvent.News(step, news));
        }
    }

    private void afterStep(long step, Meter meter, RunLog log) {
        if (due(step, recipe.logEvery())) {
            TrainEvent.Progress progress = meter.take(step);
            report(step, () -> log.write(progress));
            listener.accept(progress);
        }
        if (due(step, recipe.samples().every())) {
            measure(step, log);
            meter.restart();
        }
        if (checkpoints.isBest(step) || due(step, recipe.checkpoint().every())) {
            checkpoints.save(step);
            meter.restart();
        }
    }

    private boolean due(long step, long every) {
        return step % every == 0 || step == recipe.steps();
    }

    private TrainStep.Done step(long step) {
        try {
            return stepper.run(step);
        } catch (TrainStep.NotFinite e) {
            throw new UserException(
                    "At step " + step + " " + e.getMessage() + "; the run stops, its last checkpoint is "
                            + "whole and the batch is " + keep(step, e.getMessage())
                            + ". Lower optimizer.lr or use float32");
        }
    }

    /** Keeps the batch of a step for a person to look at; says where, or why not. */
    private String keep(long step, String what) {
        Path kept = folder.file("nonfinite-" + step);
        try {
            NonFiniteBatch.save(kept, step, what, stepper.positions(step), objective);
            return "kept in " + kept;
        } catch (UserException e) {
            return "lost (" + e.getMessage() + ")";
        }
    }

    private void measure(long step, RunLog log) {
        Path grid = folder.file("samples").resolve("%07d.png".formatted(step));
        report(step, () -> objective.draw(stepper.shown(), grid));
        Map<String, Double> figures = objective.evaluate(stepper.shown());
        TrainEvent.Evaluated evaluated = new TrainEvent.Evaluated(step, figures, checkpoints.improved(step, figures));
        report(step, () -> log.write(evaluated, grid, objective.weights(), stepper.gradientNorms()));
        listener.accept(evaluated);
    }

    /** Does something beside the training, whose failure must not cost the run. */
    private void report(long step, Runnable work) {
        report(listener, step, work);
    }

    static void report(Consumer<TrainEvent> listener, long step, Runnable work) {
        try {
            work.run();
        } catch (UserException e) {
            listener.accept(new TrainEvent.Trouble(step, e.getMessage()));
        }
    }

    @Override
    public void close() {
        stepper.close();
    }
}
