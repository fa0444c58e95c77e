package stipple.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.data.pixels.Pixels;
import stipple.eval.composition.Detected;
import stipple.eval.composition.Detector;
import stipple.eval.composition.ObjectScores;
import stipple.eval.composition.Verdict;
import stipple.eval.composition.Verifier;
import stipple.torch.UserException;
import stipple.train.reward.Judged;
import stipple.train.reward.Located;
import stipple.train.reward.LocatingReward;
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

    private record Judge(Map<String, ScenePrompt> known, boolean exact) implements LocatingReward {
        @Override
        public double[] scores(List<Judged> pictures) {
            return pictures.stream().mapToDouble(this::score).toArray();
        }

        @Override
        public List<Located> located(List<Judged> pictures) {
            return pictures.stream().map(this::located).toList();
        }

        private Located located(Judged judged) {
            ScenePrompt prompt = prompt(judged);
            Detected found = Detector.detect(pixels(judged));
            ObjectScores scores = ObjectScores.of(prompt, found);
            return new Located(
                    score(Verifier.judge(prompt, found)),
                    scores.objects().stream().map(Judge::part).toList(),
                    scores.rest());
        }

        private static Located.Part part(ObjectScores.Scored scored) {
            double half = scored.object().size() / 2;
            double x = scored.object().x();
            double y = scored.object().y();
            return new Located.Part(x - half, y - half, x + half, y + half, scored.score());
        }

        private double score(Judged judged) {
            return score(Verifier.judge(prompt(judged), pixels(judged)));
        }

        private double score(Verdict verdict) {
            return exact ? (verdict.correct() ? 1 : 0) : verdict.score();
        }

        private static Pixels pixels(Judged judged) {
            return new Pixels(
                    judged.picture().width(),
                    judged.picture().height(),
                    judged.picture().rgb());
        }

        private ScenePrompt prompt(Judged judged) {
            ScenePrompt prompt = known.get(judged.asked());
            if (prompt == null) {
                throw new UserException("The reward '" + KIND + "' knows prompts of the composition domain only, got '"
                        + judged.asked() + "'; set grpo.prompts to " + KIND);
            }
            return prompt;
        }
    }
}
