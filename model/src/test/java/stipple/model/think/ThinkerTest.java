package stipple.model.think;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.NextStepModel;
import stipple.model.generate.TinyCheckpoint;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.pacore.Effort;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;

class ThinkerTest {
    private static final int[] PROMPT = {10, 20, 30, 40};

    @TempDir
    private static Path folder;

    private static NextStepCheckpoint checkpoint;
    private static PromptTokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        checkpoint = TinyCheckpoint.load(folder);
        tokenizer = PromptTokenizer.openExtended(folder);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
        checkpoint.close();
    }

    private static Thinker thinker(TextSettings settings) {
        return new Thinker(checkpoint.model(), tokenizer, ThinkMode.PLAN, settings);
    }

    private static boolean[] all(boolean allowed) {
        boolean[] ids = new boolean[300];
        Arrays.fill(ids, allowed);
        return ids;
    }

    @Test
    void without_temperature_every_token_is_the_likeliest_of_a_whole_pass_over_what_stands_before_it() {
        NextStepModel model = checkpoint.model();
        TextSampler sampler = new TextSampler(model, new TextSettings(0, 1, 12), 299, all(true));
        int[] written = sampler.write(PROMPT, new long[] {1}).getFirst();
        assertEquals(13, written.length);
        int[] whole = Arrays.copyOf(PROMPT, PROMPT.length + written.length);
        for (int i = 0; i < written.length; i++) {
            int length = PROMPT.length + i;
            long[][] ids = {Arrays.stream(whole, 0, length).asLongStream().toArray()};
            try (Scope scope = Scope.open()) {
                Tensor hidden =
                        Autograd.off(() -> model.logits(model.backbone().forward(model.embed(ids, null), null)));
                float[] logits = hidden.select(1, length - 1).contiguous().toFloats();
                int best = 0;
                for (int id = 1; id < logits.length; id++) {
                    best = logits[id] > logits[best] ? id : best;
                }
                assertEquals(best, written[i], "token " + i);
            }
            whole[length] = written[i];
        }
    }

    @Test
    void a_text_depends_on_its_seed_and_not_on_its_company() {
        Thinker thinker = thinker(new TextSettings(1, 0.9, 20));
        List<Thought> three = thinker.think("a red star", 3, 5);
        assertEquals(three, thinker.think("a red star", 3, 5));
        assertEquals(
                three.get(1).text(),
                thinker.think("a red star", 1, 6).getFirst().text());
        assertNotEquals(three.get(0).text(), three.get(1).text());
        assertNotEquals(
                three.getFirst().text(),
                thinker.think("a red star", List.of("another plan"), 1, 5)
                        .getFirst()
                        .text());
    }

    @Test
    void marks_of_pictures_are_never_written_and_the_end_is_no_part_of_the_text() {
        Thinker thinker = thinker(new TextSettings(2, 1, 150));
        List<Thought> thoughts = thinker.think("a red star", 6, 1);
        assertTrue(thoughts.stream().anyMatch(Thought::complete));
        for (Thought thought : thoughts) {
            assertEquals(thought.complete(), thought.tokens() <= 150);
            String prompt = ThinkMode.PLAN.prompt("a red star", thought.text());
            int[] ids = tokenizer.encode(prompt);
            for (String mark : List.of(SpecialText.IMAGE_AREA, SpecialText.BEGIN_OF_IMAGE, SpecialText.END_OF_TEXT)) {
                int id = tokenizer.id(mark);
                assertFalse(Arrays.stream(ids).anyMatch(one -> one == id), mark);
            }
            assertEquals(tokenizer.id(SpecialText.END_OF_THINKING), ids[ids.length - 1]);
        }
    }

    @Test
    void a_coordinated_effort_shows_each_round_what_the_one_before_wrote() {
        Thinker thinker = thinker(new TextSettings(2, 1, 200));
        Thinker.Coordinated result = thinker.coordinate("a red star", new Effort(List.of(5, 4)), 3);
        assertEquals(2, result.rounds().size());
        assertTrue(result.rounds().getFirst().size() > 1);
        Thought last =
                thinker.think("a red star", result.rounds().getLast(), 1, 3 + 9).getFirst();
        assertEquals(last, result.thought());
        assertTrue(result.tokens() > last.tokens());
    }

    @Test
    void a_model_that_does_not_come_to_an_end_is_refused() {
        Thinker thinker = thinker(new TextSettings(0, 1, 3));
        UserException e = assertThrows(UserException.class, () -> thinker.coordinate("a red star", Effort.LOW, 1));
        assertTrue(e.getMessage().startsWith("The model did not end its plan within 3 tokens"), e.getMessage());
    }

    @Test
    void a_tokenizer_without_the_marks_is_refused() {
        UserException e = assertThrows(
                UserException.class, () -> new Thinker(checkpoint, ThinkMode.REFINE, TextSettings.DEFAULT));
        assertTrue(e.getMessage().contains("has no <|begin_of_prompt_refinement|>"), e.getMessage());
    }

    @Test
    void tokens_are_drawn_in_the_ratio_of_their_probabilities_among_the_likeliest() {
        float[] logits = {0, (float) Math.log(3), (float) Math.log(5), (float) Math.log(91)};
        boolean[] allowed = {true, true, true, false};
        SplittableRandom random = new SplittableRandom(1);
        int[] counts = new int[4];
        TokenChoice choice = new TokenChoice(new TextSettings(1, 1, 1), allowed);
        for (int i = 0; i < 9000; i++) {
            counts[choice.draw(logits, 0, random)]++;
        }
        assertEquals(1000, counts[0], 120);
        assertEquals(3000, counts[1], 200);
        assertEquals(5000, counts[2], 200);
        assertEquals(0, counts[3]);
        TokenChoice likeliest = new TokenChoice(new TextSettings(1, 0.8, 1), allowed);
        for (int i = 0; i < 500; i++) {
            assertNotEquals(0, likeliest.draw(logits, 0, random));
        }
    }
}
