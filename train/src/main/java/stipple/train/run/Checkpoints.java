package stipple.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import stipple.torch.PeerLostException;
import stipple.torch.UserException;
import stipple.train.files.WeightFiles;
import stipple.train.objective.Objective;
import stipple.train.parallel.Replicas;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.state.RecipeChange;
import stipple.train.state.RunFolder;
import stipple.train.state.RunState;

/**
 * What of a run outlasts it: the newest checkpoints, the best one, and the models that are exported in the end. A checkpoint that
 * cannot be written is tried again at the next save; two failures in a row end the run.
 */
final class Checkpoints {
    private final Recipe recipe;
    private final Objective objective;
    private final TrainStep stepper;
    private final RunFolder folder;
    private final Replicas replicas;
    private final Consumer<TrainEvent> listener;
    private RunState.Best best;
    private RunState.Best savedBest;
    private long samples;
    private long lastSaved = -1;
    private boolean saveFailed;

    Checkpoints(
            Recipe recipe,
            Objective objective,
            TrainStep stepper,
            RunFolder folder,
            Replicas replicas,
            Consumer<TrainEvent> listener) {
        this.recipe = recipe;
        this.objective = objective;
        this.stepper = stepper;
        this.folder = folder;
        this.replicas = replicas;
        this.listener = listener;
    }

    /** Takes note of samples that were trained on. */
    void seen(int more) {
        samples += more;
    }

    /** Whether a step's figures were the best so far. */
    boolean isBest(long step) {
        return best != null && best.step() == step;
    }

    /** Takes note of the figures of a step; whether they are the best so far. */
    boolean improved(long step, Map<String, Double> figures) {
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

    /** What is left when another process is gone: the state after the last whole step, if all of it is here. */
    UserException lost(long step, PeerLostException e) {
        boolean saved = lastSaved == step || (!stepper.divided() && write(step));
        String from = saved ? "checkpoint-" + step : lastSaved < 0 ? "the beginning" : "checkpoint-" + lastSaved;
        return new UserException(e.getMessage() + "; start all processes again to go on from " + from, e);
    }

    /** Saves a checkpoint with the help of the other processes; false if that failed for the first time. */
    boolean save(long step) {
        replicas.fromLeader(Follower.HELP_SAVE);
        boolean saved = write(step);
        // A best step that is not on disk cannot be exported later.
        best = saved ? best : savedBest;
        savedBest = best;
        return saved;
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
        Trainer.report(listener, step, () -> folder.prune(recipe.checkpoint().keep(), best == null ? -1 : best.step()));
        return true;
    }

    /** Saves the last step and exports the models. */
    void finish(long step) {
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

    /** Goes on from the newest whole checkpoint, and says from which step. */
    long resume(double peak) {
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
        savedBest = best;
        lastSaved = checkpoint.state().step();
        if (!changes.isEmpty()) {
            listener.accept(new TrainEvent.RecipeChanged(changes));
        }
        return Optional.empty();
    }
}
