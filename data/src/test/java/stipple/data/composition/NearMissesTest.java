package stipple.data.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.data.composition.NearMisses.Change;
import stipple.data.composition.NearMisses.NearMiss;

class NearMissesTest {
    @Test
    void every_change_occurs_and_neither_scene_shows_a_test_combination() {
        NearMisses misses = new NearMisses(3);
        Map<Change, Integer> changes = new EnumMap<>(Change.class);
        for (long i = 0; i < 800; i++) {
            NearMiss miss = misses.train(i);
            changes.merge(miss.change(), 1, Integer::sum);
            for (Scene scene : List.of(miss.right(), miss.wrong())) {
                assertTrue(Combination.of(scene).stream().noneMatch(Combination::isTest), miss::toString);
            }
        }
        assertEquals(Change.values().length, changes.size(), changes.toString());
        assertTrue(changes.values().stream().allMatch(count -> count > 30), changes.toString());
    }

    @Test
    void what_the_prompt_says_holds_for_one_scene_and_not_for_the_other() {
        NearMisses misses = new NearMisses(4);
        for (long i = 0; i < 400; i++) {
            NearMiss miss = misses.train(i);
            assertNotEquals(miss.right(), miss.wrong());
            List<SceneObject> right = miss.right().objects();
            List<SceneObject> wrong = miss.wrong().objects();
            switch (miss.change()) {
                case COLOUR, COLOURS_SWAPPED -> {
                    assertTrue(miss.prompt().contains(right.getFirst().colour().word()), miss::toString);
                    assertEquals(
                            right.stream().map(SceneObject::shape).sorted().toList(),
                            wrong.stream().map(SceneObject::shape).sorted().toList());
                }
                case SHAPE, TWICE -> assertEquals(right.size(), wrong.size());
                case PLACES_SWAPPED -> {
                    assertEquals(SceneClass.POSITIONS, miss.type());
                    assertNotEquals(
                            relation(miss.right(), right.get(0).shape()),
                            relation(miss.wrong(), right.get(0).shape()));
                }
                case MISSING, ONE_MORE -> assertEquals(1, Math.abs(right.size() - wrong.size()));
                case GROUND -> assertEquals(right, wrong);
                default -> throw new AssertionError(miss);
            }
        }
    }

    @Test
    void nearly_every_near_miss_has_a_prompt_for_which_it_is_the_other_way_round() {
        NearMisses misses = new NearMisses(6);
        int found = 0;
        for (long i = 0; i < 200; i++) {
            NearMiss miss = misses.train(i);
            if (miss.other().isPresent()) {
                found++;
                assertNotEquals(miss.prompt(), miss.other().orElseThrow());
                if (miss.change() == Change.COLOUR) {
                    SceneObject changed = miss.wrong().objects().stream()
                            .filter(object -> !miss.right().objects().contains(object))
                            .findFirst()
                            .orElseThrow();
                    assertTrue(
                            miss.other().orElseThrow().contains(changed.colour().word()), miss::toString);
                }
            }
        }
        assertTrue(found > 180, found + " of 200");
    }

    private static Relation relation(Scene scene, Shape first) {
        int at = scene.objects().get(0).shape() == first ? 0 : 1;
        return scene.relation(at, 1 - at);
    }

    @Test
    void a_near_miss_depends_on_its_seed_and_number_alone() {
        assertEquals(new NearMisses(5).train(17), new NearMisses(5).train(17));
        assertNotEquals(new NearMisses(5).train(17), new NearMisses(6).train(17));
        assertNotEquals(new NearMisses(5).train(17), new NearMisses(5).train(18));
    }
}
