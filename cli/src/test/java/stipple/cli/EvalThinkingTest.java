package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.files.JsonObjectFile;
import stipple.testing.TinyModel;

class EvalThinkingTest {
    @TempDir
    static Path home;

    private static Cli run(Object... args) {
        return Cli.run(new Host(Map.of(), home, false), args);
    }

    @Test
    void ways_to_draw_are_compared_with_drawing_at_once_and_a_study_goes_on() throws IOException {
        TinyModel.write(home.resolve("models/stipple-128"), 1);
        Path out = home.resolve("study");
        Object[] command = {
            "eval",
            "thinking",
            "-o",
            out,
            "--ways",
            "direct,plan,best2",
            "--prompts",
            1,
            "--seeds",
            1,
            "--think-tokens",
            20,
            "--steps",
            1,
            "--cfg",
            1
        };
        String text = run(command).succeeded().out();
        assertTrue(text.lines().anyMatch(line -> line.startsWith("best2")), text);
        JsonNode ways = JsonObjectFile.read(out.resolve("thinking.json")).node().path("ways");
        assertEquals(3, ways.size());
        assertEquals(16, ways.path(0).path("image_tokens").asInt());
        assertEquals(32, ways.path(2).path("image_tokens").asInt());
        assertTrue(ways.path(1).path("text_tokens").asDouble() > 5);
        assertTrue(ways.path(1).path("unfinished").asDouble() > 0, "a model of random weights hardly ends a plan");
        assertEquals(0, ways.path(1).path("plans_right").asDouble());
        assertTrue(ways.path(2).path("score").asDouble()
                >= ways.path(0).path("score").asDouble());
        Path journal = out.resolve("plan/thoughts.jsonl");
        List<String> thoughts = new ArrayList<>(Files.readAllLines(journal));
        assertEquals(6, thoughts.size(), "one of each class");
        assertEquals(text, run(command).succeeded().out());
        assertEquals(thoughts, Files.readAllLines(journal));

        // What the journal says is what is drawn: nothing is thought again.
        thoughts.set(
                0,
                thoughts.getFirst()
                        .replaceFirst(
                                "\"complete\":\\w+,\"text\":\".*\"}", "\"complete\":true,\"text\":\"1 object\"}"));
        Files.write(journal, thoughts);
        Cli again = run(command).succeeded();
        assertTrue(again.err().contains("1 of 6 pictures in " + out.resolve("plan")), again.err());
        assertTrue(Files.readString(out.resolve("plan/report.html")).contains("; thought: 1 object"));
        run("eval", "thinking", "-o", out, "--ways", "plan").refused("name direct");
        run("eval", "thinking", "-o", out, "--ways", "direct,dream").refused("'dream'", "best2");
    }

    @Test
    void each_way_has_a_report_that_is_compared_with_the_composition_suite() throws IOException {
        TinyModel.write(home.resolve("models/stipple-128"), 1);
        Path out = home.resolve("ways");
        Path suite = home.resolve("suite");
        List<Object> drawing = List.of("--prompts", 1, "--seeds", 2, "--steps", 1, "--cfg", 1);
        run(with(drawing, "eval", "thinking", "-o", out, "--ways", "direct,best3"))
                .succeeded();
        run(with(drawing, "eval", "composition", "-o", suite, "--judge-scenes", 1))
                .succeeded();
        assertTrue(Files.isRegularFile(out.resolve("best3/report.html")));

        String same = run("eval", "compare", suite, out.resolve("direct"), "--page", home.resolve("two.html"))
                .succeeded()
                .out();
        assertTrue(same.contains("0 pictures became right, 0 wrong") && same.contains("50.0 %"), same);
        assertTrue(Files.isRegularFile(home.resolve("two.html")));
        // The best of three is never worse than the first of them.
        for (String line : run("eval", "compare", suite, out.resolve("best3"), "--json")
                .succeeded()
                .out()
                .strip()
                .split("\n")) {
            JsonNode change = JsonObjectFile.parse(line, line.getBytes(StandardCharsets.UTF_8))
                    .node();
            assertTrue(
                    change.path("value").asDouble()
                            >= (change.path("measure").asText().equals("win rate") ? 0.5 : 0),
                    line);
        }
        JsonNode items =
                JsonObjectFile.read(out.resolve("best3/report.json")).node().path("items");
        assertEquals(12, items.size());
        items.forEach(item -> {
            assertTrue(item.path("verdict").asText().contains("the best of 3"), item.toString());
            assertTrue(item.path("seed").asInt() <= 2, "the seed of the question, whichever picture was chosen");
        });
    }

    private static Object[] with(List<Object> more, Object... first) {
        return Stream.concat(Stream.of(first), more.stream()).toArray();
    }
}
