package stipple.data.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.build.DrawnSet;
import stipple.data.build.SetReport;
import stipple.data.pixels.PixelReader;
import stipple.data.shards.ShardSet;

class SceneEditsTest {
    @Test
    void every_kind_occurs_and_neither_side_shows_a_test_combination() {
        SceneEdits edits = new SceneEdits(4);
        Map<String, Integer> kinds = new TreeMap<>();
        for (long i = 0; i < 600; i++) {
            SceneEdit edit = edits.train(i);
            kinds.merge(edit.kind(), 1, Integer::sum);
            assertTrue(Combination.of(edit.source()).stream().noneMatch(Combination::isTest));
            assertTrue(Combination.of(edit.target()).stream().noneMatch(Combination::isTest));
            assertNotEquals(edit.source(), edit.target());
            assertFalse(edit.instructions().isEmpty());
            String shown = "The picture shows "
                    + SceneWords.prompt(
                            SceneWords.wanted(edit.source(), true),
                            null,
                            edit.source().ground());
            assertTrue(edit.longInstructions().get(1).startsWith(shown), edit.toString());
            boolean moved = edit.kind().equals("move") || edit.kind().equals("swap");
            assertEquals(!moved, edit.longInstructions().get(1).contains("Then it shows"), edit.kind());
            assertEquals(
                    edit.chinese().getFirst() + "，其他保持不变", edit.longerChinese().getLast());
        }
        assertEquals(
                "[add, background, move, recolour, remove, replace, swap]",
                kinds.keySet().toString());
        assertTrue(kinds.values().stream().allMatch(count -> count > 40), kinds.toString());
    }

    @Test
    void what_an_edit_does_not_name_stays_as_it_is() {
        SceneEdits edits = new SceneEdits(6);
        for (long i = 0; i < 400; i++) {
            SceneEdit edit = edits.train(i);
            List<SceneObject> gone = new ArrayList<>(edit.source().objects());
            gone.removeAll(edit.target().objects());
            List<SceneObject> come = new ArrayList<>(edit.target().objects());
            come.removeAll(edit.source().objects());
            switch (edit.kind()) {
                case "background" -> assertEquals(List.of(List.of(), List.of()), List.of(gone, come));
                case "add" -> assertEquals(List.of(0, 1), List.of(gone.size(), come.size()));
                case "remove" -> assertEquals(List.of(1, 0), List.of(gone.size(), come.size()));
                default -> {
                    assertEquals(gone.size(), come.size(), edit.toString());
                    for (int k = 0; k < gone.size(); k++) {
                        boolean place = gone.get(k).x() == come.get(k).x()
                                && gone.get(k).y() == come.get(k).y();
                        assertEquals(edit.kind().equals("move") || edit.kind().equals("swap"), !place, edit.kind());
                        assertEquals(
                                edit.kind().equals("recolour"),
                                gone.get(k).colour() != come.get(k).colour());
                        assertEquals(
                                edit.kind().equals("replace"),
                                gone.get(k).shape() != come.get(k).shape());
                    }
                }
            }
            for (int a = 0; a < edit.target().objects().size(); a++) {
                for (int b = 0; b < a; b++) {
                    SceneObject first = edit.target().objects().get(a);
                    SceneObject second = edit.target().objects().get(b);
                    double reach = (first.size() + second.size()) / 2;
                    assertTrue(Math.max(Math.abs(first.x() - second.x()), Math.abs(first.y() - second.y()))
                            > 0.95 * reach);
                }
            }
        }
    }

    @Test
    void a_sample_is_source_target_and_instructions(@TempDir Path folder) {
        SetReport report =
                CompositionBuilder.buildEdits(new DrawnSet.Options(folder.resolve("edits"), 30, 48, 1, 2), p -> {});
        ShardSet train = ShardSet.open(folder.resolve("edits"), "train");
        assertEquals(30, report.by("split").get("train"));
        for (int i = 0; i < train.size(); i++) {
            var sample = train.get(i);
            assertEquals(2, sample.images().size());
            assertEquals(
                    Renderer.draw(Scene.of(sample.json().get("source_scene")), 48),
                    PixelReader.read(sample.images().get(0), "source"));
            assertEquals(
                    Renderer.draw(Scene.of(sample.json().get("scene")), 48),
                    PixelReader.read(sample.images().get(1), "target"));
        }
    }
}
