package stipple.train.reward;

import java.util.List;

/**
 * Says how good pictures are. The same picture always gets the same score, or a run that is resumed would not repeat what an
 * uninterrupted one does.
 */
public interface Reward extends AutoCloseable {
    /**
     * Scores pictures.
     *
     * @return one finite number for each, higher is better; from 0 to 1 by convention, so that weights mean something
     */
    double[] scores(List<Judged> pictures);

    @Override
    default void close() {}
}
