package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import stipple.model.load.ModelIdentity;
import stipple.model.lora.AdapterChoice;
import stipple.torch.UserException;

/** Reads a model's weights for their hash while the model is already at work. */
final class WeightsIdentity {
    private final FutureTask<ModelIdentity> task;

    /** Starts reading. */
    WeightsIdentity(Path folder, List<AdapterChoice> adapters) {
        task = new FutureTask<>(() -> ModelIdentity.of(folder, adapters));
        Thread.ofVirtual().start(task);
    }

    /**
     * The result, waited for.
     *
     * @throws UserException if the weights cannot be read
     */
    ModelIdentity get() {
        try {
            return task.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UserException mistake) {
                throw mistake;
            }
            throw new IllegalStateException("Hashing the weights failed", failure.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while hashing the weights", e);
        }
    }
}
