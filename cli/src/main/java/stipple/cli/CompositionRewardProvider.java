package stipple.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.data.pixels.Pixels;
import stipple.eval.composition.Verdict;
import stipple.eval.composition.Verifier;
import stipple.torch.UserException;
import stipple.train.reward.Judged;
import stipple.train.reward.Options;
import stipple.train.reward.Reward;
import stipple.train.reward.RewardProvider;

/**
 * The judge of the composition domain as a reward of kind {@code composition}: {@code rule: graded} (the default) is the share
 * of a prompt's demands that a picture meets, {@code rule: exact} is 1 for pictures without a fault and else 0.
 *
 * <p><b>How it is gamed:</b> the judge looks at outlines, colours and places only. A model may draw every star in one place
 * and size, leave textures and styles behind, or draw flat icons whatever the prompt's style; all of that scores. Watch
 * agreement with captions outside this domain, style, and the spread of tokens.
 */
public final class CompositionRewardProvider implements RewardProvider {
    private static final String KIND = "composition";
    private static final String GRADED = "graded";
    private static final String EXACT = "exact";

    /** For the service loader. */
    public CompositionRewardProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Reward open(Map<String, String> options) {
        String rule = new Options(KIND, options, Set.of("rule")).text("rule", GRADED);
        if (!rule.equals(GRADED) && !rule.equals(EXACT)) {
            throw new UserException(
                    "The reward '" + KIND + "' has no rule '" + rule + "'; use " + GRADED + " or " + EXACT);
        }
        Map<String, ScenePrompt> known = new HashMap<>();
        for (SceneClass type : SceneClass.values()) {
            ScenePrompts.seen(type, ScenePrompts.MOST_SEEN).forEach(prompt -> known.put(prompt.text(), prompt));
            ScenePrompts.test(type).forEach(prompt -> known.put(prompt.text(), prompt));
        }
        return new Judge(known, rule.equals(EXACT));
    }

    private record Judge(Map<String, ScenePrompt> known, boolean exact) implements Reward {
        @Override
        public double[] scores(List<Judged> pictures) {
            return pictures.stream().mapToDouble(this::score).toArray();
        }

        private double score(Judged judged) {
            ScenePrompt prompt = known.get(judged.asked());
            if (prompt == null) {
                throw new UserException("The reward '" + KIND + "' knows prompts of the composition domain only, got '"
                        + judged.asked() + "'; set grpo.prompts to " + KIND);
            }
            Pixels pixels = new Pixels(
                    judged.picture().width(),
                    judged.picture().height(),
                    judged.picture().rgb());
            Verdict verdict = Verifier.judge(prompt, pixels);
            return exact ? (verdict.correct() ? 1 : 0) : verdict.score();
        }
    }
}
