package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PngMetadata;
import stipple.testing.TinyModel;

/** Pictures continued from their first rows, and the options that spare evaluations of the head. */
class ContinueTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temp;

    private static Path model;
    private static Path photo;

    @BeforeAll
    static void draw() {
        model = TinyModel.write(shared.resolve("tiny"), 1);
        photo = shared.resolve("photo.png");
        Cli.run("generate", "a pear", "--model", model, "-s", 3, "-o", photo).succeeded();
    }

    private Path file(String name) {
        return temp.resolve(name);
    }

    private Path generate(String name, Object... options) {
        List<Object> all =
                new ArrayList<>(List.of("generate", "a red apple", "--model", model, "-s", 1, "-q", "-o", file(name)));
        all.addAll(List.of(options));
        Cli.run(all.toArray()).succeeded();
        return file(name);
    }

    private static byte[] pixels(Path png) {
        return ImageDecoder.read(png).rgb();
    }

    @Test
    void a_continued_picture_depends_on_its_beginning_and_is_drawn_again_when_that_is_there() throws IOException {
        Path start = Files.copy(photo, file("start.png"));
        Path continued = generate("continued.png", "--continue-from", start, "--rows", 2);
        assertFalse(Arrays.equals(pixels(continued), pixels(generate("plain.png"))));
        assertFalse(
                Arrays.equals(pixels(continued), pixels(generate("less.png", "--continue-from", start, "--rows", 1))));
        Path again = file("again.png");
        Cli.run("generate", "--like", continued, "--model", model, "-o", again).succeeded();
        assertArrayEquals(Files.readAllBytes(continued), Files.readAllBytes(again));
        Files.move(start, file("moved.png"));
        Cli.run("generate", "--like", continued, "--model", model, "-o", again)
                .refused("was made from", "stipple generate --continue-from PICTURE --like");
        Cli.run("generate", "--like", continued, "--continue-from", file("moved.png"), "--model", model, "-o", again)
                .succeeded();
        assertArrayEquals(pixels(continued), pixels(again));
    }

    @Test
    void variations_keep_their_rows_and_differ_in_the_rest() {
        generate("v.png", "--continue-from", photo, "--rows", 3, "-n", 2);
        List<byte[]> variations = List.of(pixels(file("v-1.png")), pixels(file("v-2.png")));
        assertFalse(Arrays.equals(variations.getFirst(), variations.getLast()));
    }

    @Test
    void rows_and_picture_belong_together() {
        Cli.run("generate", "x", "--model", model, "--rows", 2).refused("--continue-from");
        Cli.run("generate", "x", "--model", model, "--continue-from", photo).refused("--rows", "16 pixels high");
        Cli.run("generate", "x", "--model", model, "--continue-from", photo, "--rows", 4)
                .refused("keep 1 to 3");
        Cli.run("generate", "x", "--model", model, "--continue-from", photo, "--rows", 0)
                .refused("at least 1");
    }

    @Test
    void every_shortcut_changes_the_picture_is_recorded_and_drawn_again() throws IOException {
        byte[] plain = pixels(generate("plain.png", "--sampler", "ode", "--steps", 6));
        List<List<Object>> shortcuts = List.of(
                List.of("--steps-end", 2),
                List.of("--solver", "midpoint"),
                List.of("--solver", "heun"),
                List.of("--solver", "ab2"),
                List.of("--reuse", 2),
                List.of("--reuse-tolerance", 0.9));
        for (List<Object> shortcut : shortcuts) {
            List<Object> options = new ArrayList<>(List.of("--sampler", "ode", "--steps", 6));
            options.addAll(shortcut);
            Path drawn = generate("short.png", options.toArray());
            assertFalse(Arrays.equals(plain, pixels(drawn)), shortcut.toString());
            Cli.run("generate", "--like", drawn, "--model", model, "-o", file("again.png"))
                    .succeeded();
            assertArrayEquals(Files.readAllBytes(drawn), Files.readAllBytes(file("again.png")), shortcut.toString());
        }
        String parameters =
                PngMetadata.read(file("short.png")).find("parameters").orElseThrow();
        assertTrue(parameters.contains("Reuse tolerance: 0.9"), parameters);
    }
}
