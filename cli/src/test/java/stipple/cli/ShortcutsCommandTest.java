package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.files.JsonObjectFile;
import stipple.testing.TinyModel;

class ShortcutsCommandTest {
    @TempDir
    Path dir;

    @Test
    void every_shortcut_is_drawn_counted_and_compared() {
        Path model = TinyModel.write(dir.resolve("tiny"), 1);
        Cli run = Cli.run(
                        "shortcuts",
                        "--model",
                        model,
                        "--prompt",
                        "a pear",
                        "--seeds",
                        1,
                        "--steps",
                        10,
                        "--exact-steps",
                        40,
                        "--json")
                .succeeded();
        Map<String, JsonObjectFile> results = run.out()
                .lines()
                .map(line -> JsonObjectFile.parse("result", line.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.toMap(json -> json.text("variant", ""), Function.identity()));
        assertEquals(10, results.get("--steps 10").number("evaluations"));
        assertTrue(results.get("--steps 10").node().path("usual").path("psnr").isNull(), "equal to itself");
        assertEquals(5, results.get("--steps 5 --solver ab2").number("evaluations"));
        // Every second step and the last one.
        assertEquals(6, results.get("--reuse 2").number("evaluations"));
        double annealed = results.get("--steps-end 2").number("evaluations");
        assertEquals(6, annealed, 0.1);
        assertEquals(1 - annealed / 10, results.get("--steps-end 2").number("saved"), 1e-9);
        for (String name : new String[] {"--steps 5", "--steps-end 2", "--reuse 2", "other seeds"}) {
            double psnr = results.get(name).node().path("usual").path("psnr").asDouble(Double.NaN);
            assertTrue(psnr > 0 && psnr < 100, name + " " + psnr);
        }
    }

    @Test
    void fewer_exact_steps_than_usual_ones_are_refused() {
        Cli.run("shortcuts", "--steps", 28, "--exact-steps", 20).refused("more exact steps");
    }
}
