package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.data.pixels.Pixels;
import stipple.eval.ocr.ReadText;
import stipple.eval.ocr.TextReader;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;
import stipple.train.recipe.RewardRecipe;
import stipple.train.reward.Judged;
import stipple.train.reward.Reward;
import stipple.train.reward.WeightedRewards;

class OcrRewardTest {
    /** Reads what it was told to, picture by picture. */
    private static final class Told implements TextReader {
        private final Deque<String> texts;
        private boolean closed;

        Told(String... texts) {
            this.texts = new ArrayDeque<>(List.of(texts));
        }

        @Override
        public String name() {
            return "told";
        }

        @Override
        public List<ReadText> read(Pixels picture) {
            String text = texts.remove();
            return text.isEmpty() ? List.of() : List.of(new ReadText(text, 1, null));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Judged judged(String prompt) {
        return new Judged(prompt, new PixelImage(4, 4, new byte[48]));
    }

    @Test
    void the_quoted_words_alone_are_wanted_and_each_letter_counts() {
        Told reader = new Told("MOON", "mooon", "cat dog", "", "moon");
        try (Reward reward = OcrRewardProvider.reading(reader)) {
            double[] scores = reward.scores(List.of(
                    judged("the word \"moon\" in red"),
                    judged("the word “moon” in red"),
                    judged("\"cat\" above \"dog\""),
                    judged("the word \"moon\" in red"),
                    judged("the word \"moon\"<|begin_of_thinking|>a \"sun\"<|end_of_thinking|>")));
            assertArrayEquals(new double[] {1, 0.8, 1, 0, 1}, scores, 1e-9);
        }
        assertTrue(reader.closed);
    }

    @Test
    void a_prompt_without_words_and_a_missing_reader_are_refused_with_what_works() {
        UserException wordless;
        try (Reward reward = OcrRewardProvider.reading(new Told("a"))) {
            List<Judged> pictures = List.of(judged("a red apple"));
            wordless = assertThrows(UserException.class, () -> reward.scores(pictures));
        }
        assertTrue(wordless.getMessage().contains("a red apple"), wordless.getMessage());
        List<RewardRecipe> recipes = List.of(new RewardRecipe("ocr", null, null, Map.of("reader", "nowhere")));
        UserException missing = assertThrows(UserException.class, () -> new WeightedRewards(recipes));
        assertTrue(missing.getMessage().contains("data build ocr"), missing.getMessage());
        assertEquals("ocr", new OcrRewardProvider().kind());
    }
}
