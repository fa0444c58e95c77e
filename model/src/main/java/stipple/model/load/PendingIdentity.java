package stipple.model.load;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import stipple.model.lora.AdapterChoice;
import stipple.torch.UserException;

/** The identity of a model whose weights are read for it while the model is already at work. */
public final class PendingIdentity {
    private final FutureTask<ModelIdentity> task;

    private PendingIdentity(FutureTask<ModelIdentity> task) {
        this.task = task;
    }

    /**
     * Starts reading.
     *
     * @param adapters what is added to the model's weights
     */
    public static PendingIdentity read(Path folder, List<AdapterChoice> adapters) {
        FutureTask<ModelIdentity> task = new FutureTask<>(() -> ModelIdentity.of(folder, adapters));
        Thread.ofVirtual().name("weights-hash").start(task);
        return new PendingIdentity(task);
    }

    /**
     * The result, waited for.
     *
     * @throws UserException if the weights cannot be read
     */
    public ModelIdentity get() {
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
