package stipple.model.pacore;

import java.util.function.Consumer;

/** Samples answers: a chat endpoint, or a model of our own. Called from several threads at once. */
public interface Trajectories {
    /**
     * Samples one answer.
     *
     * @param heard gets pieces of the text as they come; an answer that is begun again starts with {@code null}
     * @throws FailedTrajectory if this answer cannot be had, but others may
     * @throws stipple.torch.UserException if no answer can be had in this way
     * @throws InterruptedException if the thread is interrupted
     */
    Trajectory sample(TrajectoryRequest request, Consumer<String> heard) throws FailedTrajectory, InterruptedException;

    /** Names everything besides the request that decides about answers, so that a journal is not mixed up. */
    String identity();
}
