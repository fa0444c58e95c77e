package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.model.loss.TrainingRows;
import stipple.model.vae.Patches;
import stipple.torch.Scope;
import stipple.torch.UserException;
import stipple.train.recipe.DataRecipe;
import stipple.train.recipe.MixturePart;

final class RunStageTest {
    private static final int PACK = 60;

    @TempDir
    Path folder;

    private static byte[] png(int width, int height, int grey) {
        return PngEncoder.encode(Pixels.filled(width, height, grey));
    }

    private MixturePart part(String category, String path, double weight) {
        return new MixturePart(
                category,
                category,
                folder.resolve(path).toString(),
                weight,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** Pairs in shards, an edit and interleaved samples in JSON lines, documents in JSON lines. */
    private void write() throws IOException {
        Path shards = Files.createDirectories(folder.resolve("pairs"));
        try (TarShardWriter writer = new TarShardWriter(shards, "idx", 3)) {
            for (int i = 0; i < 7; i++) {
                byte[] picture = i == 4 ? new byte[] {1, 2} : png(i % 2 == 0 ? 32 : 64, 32, i);
                writer.add("pair" + i, "{\"caption\": \"p" + i + "\"}", List.of(new ImageMember("png", picture)));
            }
            writer.finishAll();
        }
        Files.write(folder.resolve("a.png"), png(32, 32, 0));
        Files.write(folder.resolve("b.png"), png(33, 31, 255));
        Files.writeString(folder.resolve("edits.jsonl"), """
                {"images": ["a.png", "b.png"], "caption": "<image_1>red<image_2>"}
                {"images": ["a.png", "b.png"], "caption": "blue"}
                {"images": ["a.png"], "caption": "<image_1>too few"}
                {"images": ["a.png", "b.png"], "caption": "<image_5>"}
                """);
        Files.writeString(folder.resolve("mixed.jsonl"), """
                {"images": ["a.png", "b.png"], "caption": "one<image_1>two<image_2>three"}
                {"images": ["a.png"], "caption": "<|image_placeholder|>"}
                """);
        Files.writeString(folder.resolve("books.jsonl"), "{\"text\": \"once upon\"}\n{\"text\": \"a time\"}\n");
    }

    @Test
    void pairs_that_show_a_skin_tone_are_left_out_and_counted_where_the_recipe_says_so() throws IOException {
        Path shards = Files.createDirectories(folder.resolve("pairs"));
        try (TarShardWriter writer = new TarShardWriter(shards, "idx", 3)) {
            for (String tone : List.of("", "dark", "light")) {
                String json = "{\"caption\": \"hand\", \"metadata\": {\"skin_tone\": \"" + tone + "\"}}";
                writer.add("hand" + tone, json, List.of(new ImageMember("png", png(32, 32, 0))));
            }
            writer.finishAll();
        }
        try (Scope scope = Scope.open();
                RunStage stage = stage("shuffled", part("pair", "pairs", 1))) {
            String line = stage.report().getFirst().line();
            assertTrue(line.contains(" 1 samples, left out 2 sample that shows a skin tone"), line);
        }
    }

    private static DataRecipe recipe(
            String shards, List<String> families, List<MixturePart> mixture, Integer pack, String order) {
        return new DataRecipe(
                shards, families, "unused", 32, null, false, mixture, pack, null, null, null, order, null, null, null,
                null);
    }

    private RunStage stage(String order, MixturePart... parts) {
        DataRecipe data = recipe("unused", List.of(), List.of(parts), PACK, order);
        return new RunStage(
                new RunStage.Shared(
                        data, Letters.TOKENS, 16, Letters::ids, pixels -> Patches.unfold(pixels, 16), 0.3, 10),
                List.of(32),
                42);
    }

    private MixturePart[] all() {
        return new MixturePart[] {
            part("text", "books.jsonl", 2),
            part("pair", "pairs", 4),
            part("edit", "edits.jsonl", 1),
            part("interleave", "mixed.jsonl", 3)
        };
    }

    @Test
    void rows_of_all_four_categories_come_with_their_pictures() throws IOException {
        write();
        try (Scope scope = Scope.open();
                RunStage stage = stage("shuffled", all())) {
            List<TokenRow> rows = LongStream.range(0, 200).mapToObj(stage::row).toList();
            String text = rows.stream().map(row -> Letters.text(row.ids())).collect(Collectors.joining("\n"));
            assertTrue(text.contains("once upon|a time|"), text);
            assertTrue(text.contains("p3#2*3[......]|"), text);
            assertTrue(text.contains("]p"), text);
            assertTrue(text.contains("#2*2[....]red#2*2[....]|"), text);
            assertTrue(text.contains("one#2*2[....]two#2*2[....]three|"), text);
            assertFalse(text.contains("p4"), text);
            rows.forEach(row -> assertTrue(row.length() <= PACK));
            TrainingRows batch = RowBatch.of(rows.subList(0, 50), stage.latents()::get, Letters.TOKENS.pad());
            assertEquals(batch.targets().length, batch.images().size(0));
            long slots = rows.subList(0, 50).stream()
                    .flatMapToInt(row -> java.util.Arrays.stream(row.ids()))
                    .filter(id -> id == Letters.TOKENS.imagePlaceholder())
                    .count();
            assertEquals(slots, batch.images().size(0));
        }
    }

    @Test
    void what_cannot_be_used_is_counted_by_part() throws IOException {
        write();
        try (RunStage stage = stage("shuffled", all())) {
            List<PartReport> report = stage.report();
            assertEquals(
                    List.of(2, 6, 2, 1),
                    report.stream().map(PartReport::samples).toList());
            assertEquals(1, report.get(1).skips().count("picture that cannot be decoded"));
            assertEquals(1, report.get(2).skips().count("sample with fewer than 2 pictures"));
            assertEquals(1, report.get(2).skips().count("sample whose tags do not match its pictures"));
            assertEquals(1, report.get(3).skips().count("sample whose caption contains a reserved token"));
            assertTrue(
                    report.get(1).waste() > 0 && report.get(1).waste() < 0.7,
                    report.get(1).line());
        }
    }

    @Test
    void a_stage_opened_again_goes_on_with_the_same_rows_in_both_orders() throws IOException {
        write();
        for (String order : List.of("shuffled", "shards")) {
            MixturePart pairs = part("pair", "pairs", 1);
            List<TokenRow> whole;
            try (RunStage stage = stage(order, pairs)) {
                whole = LongStream.range(0, 40).mapToObj(stage::row).toList();
            }
            try (RunStage stage = stage(order, pairs)) {
                assertEquals(
                        whole.subList(23, 40),
                        LongStream.range(23, 40).mapToObj(stage::row).toList());
            }
            assertNotEquals(whole.subList(0, 10), whole.subList(10, 20));
        }
    }

    @Test
    void every_usable_sample_comes_once_in_a_pass_in_the_order_of_shards_too() throws IOException {
        write();
        try (RunStage stage = stage("shards", part("pair", "pairs", 1))) {
            List<Integer> seen = new ArrayList<>();
            for (long p = 0; seen.size() < 6; p++) {
                stage.row(p)
                        .pictures()
                        .forEach(placed -> seen.add(placed.picture().index()));
            }
            assertEquals(List.of(0, 1, 2, 3, 4, 5), seen.stream().sorted().toList());
        }
    }

    @Test
    void a_part_without_usable_samples_or_shards_is_refused() throws IOException {
        write();
        UserException e = assertThrows(
                UserException.class,
                () -> stage("shuffled", part("pair", "books.jsonl", 1)).close());
        assertTrue(e.getMessage().contains("without a caption"), e.getMessage());
        assertThrows(
                UserException.class,
                () -> stage("shards", part("edit", "edits.jsonl", 1)).close());
    }

    @Test
    void a_recipe_that_contradicts_itself_is_refused() {
        MixturePart pairs = part("pair", "pairs", 1);
        List<String> families = List.of("f");
        assertThrows(UserException.class, () -> recipe("s", families, null, 100, null));
        assertThrows(UserException.class, () -> recipe("s", families, List.of(pairs), null, null));
        assertThrows(UserException.class, () -> recipe("s", families, List.of(pairs), 9, "random"));
        assertThrows(UserException.class, () -> part("video", "pairs", 1));
        assertThrows(UserException.class, () -> part("pair", "pairs", 0));
    }
}
