package stipple.train.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import stipple.model.files.AtomicFile;
import stipple.torch.MachineSpeed;
import stipple.torch.PeerLostException;
import stipple.torch.UserException;
import stipple.train.files.WeightFiles;
import stipple.train.objective.Objective;
import stipple.train.parallel.Replicas;
import stipple.train.parallel.SingleProcess;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.state.RecipeChange;
import stipple.train.state.RunFolder;
import stipple.train.state.RunLock;
import stipple.train.state.RunState;

/**
 * The one training loop. A {@link TrainStep} depends on the recipe, the weights and its number alone, so a run that was
 * interrupted continues as if it had not been. A checkpoint that cannot be written is tried again at the next save; two
 * failures in a row end the run. What else cannot be written is reported and does not stop the training.
 */
public final class Trainer implements AutoCloseable {
    private final Recipe recipe;
    private final Objective objective;
    private final RunFolder folder;
    private final TrainStep stepper;
    private final Replicas replicas;
    private final Consumer<TrainEvent> listener;
    private final AtomicBoolean stop = new AtomicBoolean();
    private RunState.Best best;
    private long samples;
    private long lastSaved = -1;
    private boolean saveFailed;

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
            long step = replicas.fromLeader(resume(peak));
            replicas.align(objective.weights());
            AtomicFile.write(
                    folder.file("recipe.yaml"), RecipeReader.write(recipe).getBytes(StandardCharsets.UTF_8));
            try (RunLog log = new RunLog(folder.root(), step)) {
                begin(step, log);
                step = loop(step, new Meter(recipe, objective, peak), log);
            }
            finish(step);
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
                samples += recipe.batch();
                tell(step, log);
                afterStep(step, meter, log);
                replicas.fromLeader(Follower.GO_ON);
            }
            end(step, log, step >= recipe.steps() ? "all steps are done" : "training was stopped");
            return step;
        } catch (PeerLostException e) {
            UserException failure = lost(step, e);
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
        RunState.Best before = best;
        if (due(step, recipe.samples().every())) {
            measure(step, log);
            meter.restart();
        }
        boolean isBest = best != null && best.step() == step;
        if (isBest || due(step, recipe.checkpoint().every())) {
            if (!save(step)) {
                best = before;
            }
            meter.restart();
        }
    }

    /** What is left when another process is gone: the state after the last whole step, if all of it is here. */
    private UserException lost(long step, PeerLostException e) {
        boolean saved = lastSaved == step || (!stepper.divided() && write(step));
        String from = saved ? "checkpoint-" + step : lastSaved < 0 ? "the beginning" : "checkpoint-" + lastSaved;
        return new UserException(e.getMessage() + "; start all processes again to go on from " + from, e);
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
        TrainEvent.Evaluated evaluated = new TrainEvent.Evaluated(step, figures, improved(step, figures));
        report(step, () -> log.write(evaluated, grid, objective.weights(), stepper.gradientNorms()));
        listener.accept(evaluated);
    }

    private boolean improved(long step, Map<String, Double> figures) {
        String figure = recipe.checkpoint().best();
        if (figure == null) {
            return false;
        }
        double value = figures.get(figure);
        boolean first = best == null || !best.figure().equals(figure);
        boolean better = first || (objective.figures().get(figure) ? value > best.value() : value < best.value());
        if (better && Double.isFinite(value)) {
            best = new RunState.Best(figure, value, step);
            return true;
        }
        return false;
    }

    /** Does something beside the training, whose failure must not cost the run. */
    private void report(long step, Runnable work) {
        try {
            work.run();
        } catch (UserException e) {
            listener.accept(new TrainEvent.Trouble(step, e.getMessage()));
        }
    }

    /** Saves a checkpoint with the help of the other processes; false if that failed for the first time. */
    private boolean save(long step) {
        replicas.fromLeader(Follower.HELP_SAVE);
        return write(step);
    }

    private boolean write(long step) {
        RunState state = new RunState(step, samples, best, Map.of());
        try {
            stepper.save(files -> folder.save(state, RecipeReader.write(recipe), files::write));
        } catch (PeerLostException e) {
            throw e;
        } catch (UserException e) {
            if (saveFailed) {
                throw new UserException(
                        "Two checkpoints in a row could not be saved: " + e.getMessage() + "; "
                                + (lastSaved < 0 ? "none is" : "that of step " + lastSaved + " is") + " on disk",
                        e);
            }
            saveFailed = true;
            listener.accept(new TrainEvent.SaveFailed(step, e.getMessage()));
            return false;
        }
        saveFailed = false;
        lastSaved = step;
        listener.accept(new TrainEvent.Saved(step, folder.file("checkpoint-" + step)));
        report(step, () -> folder.prune(recipe.checkpoint().keep(), best == null ? -1 : best.step()));
        return true;
    }

    private void finish(long step) {
        boolean completed = step >= recipe.steps();
        Path model = completed ? folder.file("model") : null;
        if (completed) {
            objective.export(stepper.shown(), model);
        }
        if (lastSaved != step && !save(step)) {
            throw new UserException("The last checkpoint could not be saved; free some space and run this again");
        }
        if (!completed) {
            listener.accept(new TrainEvent.Finished(step, false, null, null));
            return;
        }
        Path bestModel = best == null || best.step() == step ? null : folder.file("model-best");
        if (bestModel != null) {
            stepper.files().readShown(folder.file("checkpoint-" + best.step()));
            objective.export(stepper.shown(), bestModel);
        }
        listener.accept(new TrainEvent.Finished(step, true, model, bestModel));
    }

    private long resume(double peak) {
        List<TrainEvent.Skipped> skipped = new ArrayList<>();
        folder.unreadable().forEach(path -> skipped.add(new TrainEvent.Skipped(path, "it has no readable state.json")));
        for (RunFolder.Checkpoint checkpoint : folder.checkpoints()) {
            Optional<String> damage = checkpoint.damage().or(() -> restore(checkpoint));
            if (damage.isEmpty()) {
                for (TrainEvent.Skipped one : skipped) {
                    listener.accept(new TrainEvent.Skipped(folder.setAside(one.checkpoint()), one.reason()));
                }
                started(checkpoint.state().step(), checkpoint.folder(), peak);
                return checkpoint.state().step();
            }
            skipped.add(new TrainEvent.Skipped(checkpoint.folder(), damage.get()));
        }
        if (!skipped.isEmpty()) {
            throw new UserException("None of the " + skipped.size() + " checkpoints in " + folder.root()
                    + " is whole, the first because " + skipped.getFirst().reason()
                    + "; move them away to start afresh");
        }
        started(0, null, peak);
        return 0;
    }

    private void started(long step, Path checkpoint, double peak) {
        listener.accept(new TrainEvent.Started(objective.weights().count(), step, recipe.steps(), checkpoint, peak));
    }

    /** Takes over a checkpoint, wholly or not at all; says why not if it is damaged, throws if it is another model's. */
    private Optional<String> restore(RunFolder.Checkpoint checkpoint) {
        String saved = checkpoint.recipe();
        if (saved == null) {
            return Optional.of("it has no recipe.yaml");
        }
        List<String> changes = RecipeChange.check(checkpoint.folder(), saved, recipe);
        try {
            if (!stepper.files().read(checkpoint.folder())) {
                stepper.resetAverage();
            }
        } catch (WeightFiles.OtherModel e) {
            throw e;
        } catch (UserException e) {
            return Optional.of(e.getMessage());
        }
        long seen = checkpoint.state().samples();
        samples = seen < 0 ? checkpoint.state().step() * recipe.batch() : seen;
        best = checkpoint.state().best();
        lastSaved = checkpoint.state().step();
        if (!changes.isEmpty()) {
            listener.accept(new TrainEvent.RecipeChanged(changes));
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        stepper.close();
    }
}
