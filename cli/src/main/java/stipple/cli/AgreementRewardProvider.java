package stipple.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.data.pixels.Pixels;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.run.Pictures;
import stipple.train.reward.Judged;
import stipple.train.reward.Options;
import stipple.train.reward.Reward;
import stipple.train.reward.RewardProvider;

/**
 * Agreement of picture and prompt by the dual encoder as a reward of kind {@code agreement}: half of one more than the cosine of
 * their vectors. The option {@code judge} names its folder; left out, the one that comes with
 * Stipple.
 *
 * <p><b>How it is gamed:</b> a small network has blind spots, and a picture can be driven into them: texture that no person
 * would call the caption, or one motif of the training set for all captions that resemble each other. Number and position hardly
 * count. It judges emoji, and says little of anything else. Watch {@code composition}, and look at the pictures.
 */
public final class AgreementRewardProvider implements RewardProvider {
    private static final String KIND = "agreement";

    /** For the service loader. */
    public AgreementRewardProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Reward open(Map<String, String> options) {
        String folder = new Options(KIND, options, Set.of("judge"))
                .text("judge", JudgeOptions.shipped(Host.system()).toString());
        return new Agreement(AgreementScorer.load(Path.of(folder)));
    }

    private record Agreement(AgreementScorer scorer) implements Reward {
        @Override
        public double[] scores(List<Judged> pictures) {
            List<Pixels> seen = new ArrayList<>();
            List<String> asked = new ArrayList<>();
            for (Judged judged : pictures) {
                asked.add(judged.asked());
                seen.add(Pictures.of(judged.picture()));
            }
            float[][] left = scorer.pictures(seen);
            float[][] right = scorer.captions(asked);
            double[] scores = new double[left.length];
            for (int i = 0; i < scores.length; i++) {
                double cosine = 0;
                for (int k = 0; k < left[i].length; k++) {
                    cosine += left[i][k] * right[i][k];
                }
                scores[i] = (1 + cosine) / 2;
            }
            return scores;
        }

        @Override
        public void close() {
            scorer.close();
        }
    }
}
