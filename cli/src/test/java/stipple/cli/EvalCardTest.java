package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.eval.text.MiniLm;
import stipple.model.files.JsonObjectFile;
import stipple.testing.TinyModel;

/** {@code stipple eval card}: the suites of a card in one run, with a model that has learnt nothing. */
class EvalCardTest {
    @TempDir
    private static Path dir;

    private static Path model;
    private static Path data;

    @BeforeAll
    static void makeAModelAndAnEmojiSet() throws IOException {
        model = TinyModel.write(dir.resolve("tiny"), 1);
        data = TinyEmoji.write(dir.resolve("emoji"));
    }

    private static Cli card(Path output, String only, Object... more) {
        return Cli.run(arguments(output, only, more));
    }

    private static Object[] arguments(Path output, String only, Object... more) {
        Object[] fixed = {
            "eval",
            "card",
            "--model",
            model,
            "-o",
            output,
            "--emoji",
            data,
            "--judge",
            TinyEmoji.judge(dir.resolve("judge"), MiniLm.NAME),
            "--style-judge",
            TinyEmoji.styleJudge(dir.resolve("styles"), "style", "flat", "noto"),
            "--share",
            0.02,
            "--seeds",
            1,
            "--steps",
            1,
            "--only",
            only
        };
        return Stream.concat(Stream.of(fixed), Stream.of(more)).toArray();
    }

    @Test
    void every_figure_has_its_interval_and_its_command_and_a_suite_that_is_done_is_not_run_again() throws IOException {
        Path out = dir.resolve("card");
        card(out, "autoencoder").succeeded();
        String before = Files.readString(out.resolve("autoencoder/report.json"));
        Files.delete(out.resolve("autoencoder/pictures/0.png"));

        String told = card(out, "composition,autoencoder").succeeded().out();
        assertTrue(told.contains("composition, %") && told.contains("PSNR"), told);
        assertFalse(Files.exists(out.resolve("autoencoder/pictures/0.png")), "was run again");
        assertEquals(before, Files.readString(out.resolve("autoencoder/report.json")));

        JsonNode parts = JsonObjectFile.read(out.resolve("card.json")).node().path("parts");
        assertEquals(2, parts.size());
        for (JsonNode part : parts) {
            String command = part.path("command").asText();
            assertTrue(
                    command.startsWith("./stipple eval " + part.path("suite").asText() + " --model " + model), command);
            assertTrue(command.contains("--steps 1") && part.path("seconds").asDouble() > 0, command);
            assertTrue(part.path("figures").size() > 1);
            part.path("figures")
                    .forEach(figure -> assertTrue(figure.path("interval").has("low"), figure.toString()));
        }
        String page = Files.readString(out.resolve("card.md"));
        assertTrue(page.contains("### Composition\n") && page.contains("| overall | "), page);
        assertTrue(
                page.lines().anyMatch(line -> line.matches("\\| PSNR \\| .* dB \\| .* dB to .* dB \\| 6 \\|")), page);

        // The command that a card names gives the figures of the card.
        String command = parts.path(0).path("command").asText();
        List<String> words = List.of(command.split(" "));
        String again =
                Cli.run(words.subList(1, words.size()).toArray()).succeeded().out();
        assertTrue(again.contains("PSNR"), again);
        assertEquals(before, Files.readString(out.resolve("autoencoder/report.json")));
    }

    @Test
    void the_command_of_a_suite_names_its_judges_and_quotes_what_a_shell_would_split() throws IOException {
        Path out = dir.resolve("two words");
        Path edits = dir.resolve("composition-edits");
        Cli.run("data", "build", "composition", "--edits", "--out", edits, "--count", 8, "--size", 32)
                .succeeded();
        card(out, "agreement").succeeded();
        card(out, "composition-edits", "--composition-edits", edits).succeeded();
        String page = Files.readString(out.resolve("card.md"));
        assertTrue(page.contains("### Composition edits\n") && page.contains("obeyed"), page);
        assertTrue(page.contains("eval edits --model " + model + " --steps 1 --data " + edits), page);
        String command = JsonObjectFile.read(out.resolve("card.json"))
                .node()
                .path("parts")
                .path(0)
                .path("command")
                .asText();
        assertTrue(
                command.contains(" --judge " + dir.resolve("judge") + " --style-judge " + dir.resolve("styles")),
                command);
        assertTrue(command.endsWith(" --output '" + out.resolve("agreement") + "'"), command);
        JsonNode settings =
                JsonObjectFile.read(out.resolve("agreement/report.json")).node().path("settings");
        assertTrue(settings.path("judge").asText().matches("[0-9a-f]{16}"), settings.toString());
        assertTrue(settings.path("style_judge").asText().matches("[0-9a-f]{16}"), settings.toString());
        assertEquals(
                "--text 'it'\\''s $5'",
                new ShellWords().add("--text", "it's $5").toString());
    }

    @Test
    void another_judge_set_or_model_under_the_same_path_is_noticed() throws IOException {
        Path out = dir.resolve("changed");
        Object[] command = arguments(out, "agreement,autoencoder");
        Cli.run(command).succeeded();
        List<FileTime> drawn = times(out.resolve("agreement/pictures"));
        String before = styleJudge(out);
        Cli unchanged = Cli.run(command).succeeded();
        assertEquals("", unchanged.err());

        TinyEmoji.styleJudge(dir.resolve("styles"), "style", "noto", "flat");
        assertEquals(
                List.of("agreement is judged again, for " + dir.resolve("styles")
                        + " changed since; its pictures are kept where what was asked for is the same"),
                Cli.run(command).succeeded().err().lines().toList());
        assertEquals(drawn, times(out.resolve("agreement/pictures")), "not drawn again");
        assertNotEquals(before, styleJudge(out));

        TinyEmoji.write(data, 30);
        List<String> told = Cli.run(command).succeeded().err().lines().toList();
        assertEquals(2, told.size(), told.toString());
        assertTrue(
                told.getFirst().startsWith("agreement is judged again, for " + data + " changed since"),
                told::toString);
        assertTrue(
                told.getLast().startsWith("autoencoder is judged again, for " + data + " changed since"),
                told::toString);
        assertEquals(drawn, times(out.resolve("agreement/pictures")), "the prompts are the same");
        TinyEmoji.write(data);

        TinyModel.write(model, 2);
        Cli.run(command).refused("model_hash", "--output");
        TinyModel.write(model, 1);
    }

    private static List<FileTime> times(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<FileTime> times = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                times.add(Files.getLastModifiedTime(file));
            }
            return times;
        }
    }

    private static String styleJudge(Path card) {
        return JsonObjectFile.read(card.resolve("agreement/report.json"))
                .node()
                .path("settings")
                .path("style_judge")
                .asText();
    }

    @Test
    void what_is_missing_is_told_before_anything_is_drawn() {
        Path out = dir.resolve("nothing");
        card(out, "composition,text").refused("text needs build", "data build words", "--only");
        assertFalse(Files.exists(out.resolve("composition")));
        card(out, "composition,beauty")
                .refused("'beauty'", "composition, agreement, autoencoder, text, edits, composition-edits");
        Cli.run("eval", "card", "--model", model, "-o", out, "--share", 0).refused("--share");
    }
}
