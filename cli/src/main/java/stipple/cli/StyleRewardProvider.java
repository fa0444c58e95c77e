package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import stipple.data.emoji.EmojiStyle;
import stipple.eval.agreement.StyleJudge;
import stipple.eval.run.Pictures;
import stipple.torch.UserException;
import stipple.train.reward.Judged;
import stipple.train.reward.Options;
import stipple.train.reward.Reward;
import stipple.train.reward.RewardProvider;

/**
 * The judge of style as a reward of kind {@code style}: 1 for pictures in the style with whose phrase the prompt ends, such as
 * {@code a red apple, flat style}, and else 0. The option {@code judge} names its folder; left out, the one that comes with
 * Stipple.
 *
 * <p><b>How it is gamed:</b> outlines, gradients and the number of colours tell the styles apart, so a picture of anything at
 * all in the right manner scores. Meant to be watched beside a reward for what is shown.
 */
public final class StyleRewardProvider implements RewardProvider {
    private static final String KIND = "style";

    /** For the service loader. */
    public StyleRewardProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Reward open(Map<String, String> options) {
        Options read = new Options(KIND, options, Set.of("judge"));
        return new Style(StyleJudge.load(Path.of(
                read.text("judge", StyleJudgeOptions.shipped(Host.system()).toString()))));
    }

    private record Style(StyleJudge judge) implements Reward {
        @Override
        public double[] scores(List<Judged> pictures) {
            List<String> told = judge.tell(pictures.stream()
                    .map(judged -> Pictures.of(judged.picture()))
                    .toList());
            double[] scores = new double[told.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = told.get(i).equals(wanted(pictures.get(i).asked())) ? 1 : 0;
            }
            return scores;
        }

        private String wanted(String prompt) {
            return Stream.of(EmojiStyle.values())
                    .filter(style -> prompt.endsWith(", " + style.phrase()))
                    .map(EmojiStyle::id)
                    .filter(judge.styles()::contains)
                    .findFirst()
                    .orElseThrow(() -> new UserException("The reward '" + KIND + "' needs prompts that end with a style"
                            + " it can tell (" + String.join(", ", judge.styles()) + "), such as 'a red apple, "
                            + EmojiStyle.FLAT.phrase() + "'; got '" + prompt + "'"));
        }

        @Override
        public void close() {
            judge.close();
        }
    }
}
