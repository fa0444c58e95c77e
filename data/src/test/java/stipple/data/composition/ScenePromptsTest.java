package stipple.data.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenePromptsTest {
    @ParameterizedTest
    @EnumSource(SceneClass.class)
    void a_class_has_enough_different_prompts_for_a_score(SceneClass type) {
        List<ScenePrompt> prompts = ScenePrompts.test(type);
        assertTrue(prompts.size() >= 15, prompts.size() + " prompts of " + type);
        assertTrue(prompts.size() <= ScenePrompts.MOST);
        assertEquals(
                prompts.size(),
                new HashSet<>(prompts.stream().map(ScenePrompt::text).toList()).size());
        assertEquals(
                prompts.size(),
                new HashSet<>(prompts.stream().map(ScenePrompt::id).toList()).size());
        assertEquals(prompts, ScenePrompts.test(type));
    }

    @ParameterizedTest
    @EnumSource(SceneClass.class)
    void no_training_scene_is_what_a_test_prompt_asks_for(SceneClass type) {
        SceneGenerator generator = new SceneGenerator(3);
        List<Scene> scenes = LongStream.range(0, 3000)
                .mapToObj(i -> generator.train(i).scene())
                .toList();
        for (ScenePrompt prompt : ScenePrompts.test(type)) {
            assertTrue(scenes.stream().noneMatch(prompt::fits), prompt.text());
        }
        assertTrue(
                ScenePrompts.seen(type).stream().anyMatch(p -> scenes.stream().anyMatch(p::fits)), "seen prompts");
    }

    @ParameterizedTest
    @EnumSource(SceneClass.class)
    void training_prompts_are_many_all_different_and_ask_for_nothing_of_the_test(SceneClass type) {
        List<ScenePrompt> prompts = ScenePrompts.seen(type, 300);
        assertEquals(300, prompts.size());
        assertEquals(300, prompts.stream().map(ScenePrompt::text).distinct().count());
        assertEquals(
                ScenePrompts.seen(type),
                prompts.subList(0, ScenePrompts.seen(type).size()));
        assertEquals(
                300,
                ScenePrompts.seen(type, 1_000_000).stream()
                        .limit(300)
                        .filter(prompts::contains)
                        .count());
        assertTrue(ScenePrompts.seen(type, 1_000_000).size() <= ScenePrompts.MOST_SEEN);
        for (ScenePrompt prompt : prompts) {
            assertFalse(prompt.combination().isTest(), prompt.text());
            prompt.wanted()
                    .forEach(w -> w.colour()
                            .ifPresent(colour -> assertFalse(
                                    Combination.colours(w.shape(), colour).isTest(), prompt.text())));
        }
    }

    @Test
    void training_scenes_show_no_test_combination_whatever_their_captions_say() {
        SceneGenerator generator = new SceneGenerator(11);
        for (long i = 0; i < 3000; i++) {
            Set<Combination> shown = Combination.of(generator.train(i).scene());
            assertTrue(shown.stream().noneMatch(Combination::isTest), shown.toString());
        }
    }

    @Test
    void a_held_out_scene_shows_one_unseen_combination_of_its_class() {
        SceneGenerator generator = new SceneGenerator(11);
        for (long i = 0; i < 300; i++) {
            SceneGenerator.Drawn drawn = generator.test(i);
            List<SceneClass> unseen = Combination.of(drawn.scene()).stream()
                    .filter(Combination::isTest)
                    .map(Combination::type)
                    .toList();
            assertEquals(List.of(drawn.type()), unseen);
        }
    }

    @Test
    void test_prompts_ask_for_known_parts_in_an_unknown_combination() {
        for (ScenePrompt prompt : ScenePrompts.test(SceneClass.BINDING)) {
            Wanted a = prompt.wanted().get(0);
            Wanted b = prompt.wanted().get(1);
            assertFalse(Combination.colours(a.shape(), a.colour().orElseThrow()).isTest());
            assertFalse(Combination.colours(b.shape(), b.colour().orElseThrow()).isTest());
            assertFalse(Combination.twoObjects(a.shape(), b.shape()).isTest());
            assertTrue(prompt.combination().isTest());
        }
    }

    @Test
    void left_of_and_right_of_are_one_combination() {
        assertEquals(
                Combination.positions(Shape.STAR, Relation.LEFT_OF, Shape.CUP),
                Combination.positions(Shape.CUP, Relation.RIGHT_OF, Shape.STAR));
        assertNotEquals(
                Combination.positions(Shape.STAR, Relation.LEFT_OF, Shape.CUP),
                Combination.positions(Shape.CUP, Relation.LEFT_OF, Shape.STAR));
    }

    @Test
    void prompts_read_as_a_person_would_write_them() {
        Map<SceneClass, String> first = new EnumMap<>(SceneClass.class);
        for (SceneClass type : SceneClass.values()) {
            first.put(type, ScenePrompts.test(type).getFirst().text());
        }
        assertTrue(first.get(SceneClass.COUNTING).matches("(two|three|four|five) [a-z ]+"), first.toString());
        assertTrue(
                first.get(SceneClass.POSITIONS).matches("an? [a-z ]+ (to the (left|right) of|above|below) an? [a-z ]+"),
                first.toString());
        assertTrue(first.get(SceneClass.BINDING).matches("an? [a-z ]+ and an? [a-z ]+"), first.toString());
        assertEquals(
                "an orange drop",
                SceneWords.prompt(List.of(Wanted.one(Colour.ORANGE, Shape.DROP)), null, Ground.WHITE));
    }

    @Test
    void the_rule_that_splits_train_from_test_has_not_moved() {
        // A new list would make scores of earlier models incomparable: change it only on purpose.
        assertEquals(
                "[a purple smiley face, a green square, a blue fish]",
                ScenePrompts.test(SceneClass.COLOURS).stream()
                        .limit(3)
                        .map(ScenePrompt::text)
                        .toList()
                        .toString());
    }
}
