package stipple.train.reward;

import java.util.List;

/** A reward that also says which parts of a picture are right, for {@code grpo.credit: parts}. */
public interface LocatingReward extends Reward {
    /** What some pictures and their parts are worth, one for each picture. */
    List<Located> located(List<Judged> pictures);
}
