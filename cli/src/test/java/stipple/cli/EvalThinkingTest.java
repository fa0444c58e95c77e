package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
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
    void ways_to_draw_are_compared_with_drawing_at_once_and_a_study_goes_on() {
        TinyModel.write(home.resolve("models/stipple-64"), 1);
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
        assertEquals(text, run(command).succeeded().out());
        run("eval", "thinking", "-o", out, "--ways", "plan").refused("name direct");
        run("eval", "thinking", "-o", out, "--ways", "direct,dream").refused("'dream'", "best2");
    }
}
