package stipple.train.run;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import stipple.torch.UserException;
import stipple.train.objective.Objective;
import stipple.train.parallel.Replicas;
import stipple.train.recipe.Recipe;
import stipple.train.state.RunFolder;

/**
 * What every process but the leading one does in a run of several: the same steps, and none of the writing. After a step
 * the leading process gives orders, as it alone knows whether a checkpoint is due.
 */
final class Follower {
    /** Order to do the next step. */
    static final long GO_ON = 0;

    /** Order to help save a checkpoint. */
    static final long HELP_SAVE = 1;

    private final Recipe recipe;
    private final Objective objective;
    private final TrainStep stepper;
    private final Replicas replicas;
    private final RunFolder folder;
    private final Consumer<TrainEvent> listener;

    Follower(
            Recipe recipe,
            Objective objective,
            TrainStep stepper,
            Replicas replicas,
            RunFolder folder,
            Consumer<TrainEvent> listener) {
        this.recipe = recipe;
        this.objective = objective;
        this.stepper = stepper;
        this.replicas = replicas;
        this.folder = folder;
        this.listener = listener;
    }

    /** Follows the leading process to the end of the run. */
    void run(BooleanSupplier stop) {
        long step = replicas.fromLeader(0);
        Path checkpoint = step == 0 ? null : restore(step);
        replicas.align(objective.weights());
        listener.accept(
                new TrainEvent.Started(objective.weights().count(), step, recipe.steps(), checkpoint, Double.NaN));
        while (step < recipe.steps() && !replicas.any(stop.getAsBoolean())) {
            try {
                stepper.run(step);
            } catch (TrainStep.NotFinite e) {
                throw new UserException(
                        "At step " + step + " " + e.getMessage() + "; see what rank 0 says about it", e);
            }
            step++;
            obey();
        }
        obey();
        replicas.barrier();
        listener.accept(new TrainEvent.Finished(step, step >= recipe.steps(), null, null));
    }

    private void obey() {
        while (replicas.fromLeader(0) == HELP_SAVE) {
            stepper.save(files -> {
                throw new IllegalStateException("Only the leading process writes checkpoints");
            });
        }
    }

    private Path restore(long step) {
        for (RunFolder.Checkpoint checkpoint : folder.checkpoints()) {
            if (checkpoint.state().step() == step) {
                stepper.files().read(checkpoint.folder());
                return checkpoint.folder();
            }
        }
        throw new UserException("Rank " + replicas.rank() + " does not see checkpoint-" + step + " in " + folder.root()
                + ", from which rank 0 goes on; the output must be on storage that all processes share");
    }
}
