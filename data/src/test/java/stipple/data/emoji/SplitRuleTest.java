package stipple.data.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitRuleTest {
    @Test
    void well_known_emoji_are_in_train_in_all_styles() {
        for (String base : List.of("1f34e", "1f436", "1f431", "2600", "2764", "1f355", "1f680", "1f3e0")) {
            for (EmojiStyle style : Tier.CORE_P.styles()) {
                assertEquals("train", SplitRule.split(base, style), base + " " + style.id());
            }
        }
    }

    @Test
    void splits_never_move() {
        // Taken from a published build: a trained model's held-out set must stay held out.
        assertEquals("unseen_emoji", SplitRule.split("1f9b9", EmojiStyle.FLAT));
        assertEquals("unseen_pair", SplitRule.split("1f9d6-200d-2640", EmojiStyle.ofId("noto")));
    }

    @Test
    void an_unseen_emoji_is_unseen_in_every_style_and_shares_are_as_said() {
        Map<String, Integer> counts = new HashMap<>();
        int bases = 5000;
        for (int i = 0; i < bases; i++) {
            String base = Integer.toHexString(0x1f000 + i);
            int unseen = 0;
            for (EmojiStyle style : Tier.CORE_P.styles()) {
                String split = SplitRule.split(base, style);
                counts.merge(split, 1, Integer::sum);
                unseen += split.equals("unseen_emoji") ? 1 : 0;
            }
            assertEquals(0, unseen % Tier.CORE_P.styles().size(), base);
        }
        double cells = bases * 6.0;
        assertEquals(0.03, counts.get("unseen_emoji") / cells, 0.008);
        assertEquals(0.05 * 0.97, counts.get("unseen_pair") / cells, 0.006);
    }
}
