package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.files.JsonObjectFile;
import stipple.testing.TinyModel;

class ThinkTest {
    @TempDir
    static Path home;

    @TempDir
    Path temp;

    @BeforeAll
    static void writeModel() {
        TinyModel.write(home.resolve("models/stipple-128"), 1);
    }

    private static Cli run(Object... args) {
        return Cli.run(new Host(Map.of(), home, false), args);
    }

    private static JsonObjectFile event(Cli run, String name) {
        String line = run.out()
                .lines()
                .filter(one -> one.contains("\"event\":\"" + name + "\""))
                .findFirst()
                .orElseThrow();
        return JsonObjectFile.parse("the output", line.getBytes(UTF_8));
    }

    @Test
    void a_plan_is_shown_and_becomes_part_of_the_prompt_from_which_alone_the_picture_is_drawn_again()
            throws IOException {
        Path file = temp.resolve("a.png");
        Cli drawn = run("generate", "a red apple", "--think", "--think-tokens", 3000, "--seed", 3, "--json", "-o", file)
                .succeeded();
        JsonObjectFile thought = event(drawn, "thought");
        assertEquals("plan", thought.text("mode", ""));
        assertTrue(thought.integer("tokens") > 1);
        String prompt = event(drawn, "started").object("request").orElseThrow().text("prompt", "");
        assertEquals("a red apple<|begin_of_thinking|>" + thought.text("text", "") + "<|end_of_thinking|>", prompt);
        Path again = temp.resolve("b.png");
        run("generate", "--like", file, "-o", again).succeeded();
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
        run("generate", "--like", file, "--think", "-o", again).refused("holds a plan already");
    }

    @Test
    void several_plans_are_weighed_in_rounds() {
        Cli drawn = run(
                        "generate",
                        "a red apple",
                        "--think",
                        "--think-effort",
                        "3,2",
                        "--think-tokens",
                        1500,
                        "--seed",
                        3,
                        "--json",
                        "-o",
                        temp.resolve("a.png"))
                .succeeded();
        assertTrue(
                drawn.out().lines().anyMatch(line -> line.contains("\"thought\"") && line.contains("\"rounds\":[[")));
    }

    @Test
    void thinking_that_does_not_end_is_refused_before_anything_is_drawn() {
        Path file = temp.resolve("a.png");
        run("generate", "a pear", "--think", "--think-tokens", 1, "--think-temperature", 0, "-o", file)
                .refused("did not end its plan within 1 tokens");
        assertTrue(Files.notExists(file));
    }

    @Test
    void options_of_thinking_need_thinking() {
        run("generate", "a pear", "--think-effort", "low").refused("--think-effort", "add --think");
        run("generate", "a pear", "--think", "--think-effort", "huge").refused("low, medium, high", "'huge'");
        run("generate", "a pear", "--think", "--think-mode", "dream").refused("'dream'", "plan or refine");
    }
}
