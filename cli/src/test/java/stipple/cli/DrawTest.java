package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PngMetadata;
import stipple.testing.TinyModel;
import stipple.torch.Tensor;
import stipple.torch.kernels.KernelLibrary;

class DrawTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temp;

    private static Path model;

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(shared.resolve("tiny"), 1);
    }

    private Path draw(String name, Object... options) {
        Path file = temp.resolve(name);
        Object[] args = concat(new Object[] {"generate", "a red apple", "--model", model, "-o", file}, options);
        Cli.run(args).succeeded();
        return file;
    }

    private static Object[] concat(Object[] a, Object[] b) {
        return Stream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }

    private static byte[] pixels(Path file) {
        return ImageDecoder.read(file).rgb();
    }

    @Test
    void the_same_seed_gives_the_same_bytes_and_another_seed_another_picture() throws IOException {
        Path a = draw("a.png", "--seed", 5);
        Path b = draw("b.png", "--seed", 5);
        Path c = draw("c.png", "--seed", 6);
        assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
        assertFalse(Arrays.equals(pixels(a), pixels(c)));
    }

    @Test
    void a_seed_nobody_chose_is_printed_and_stored() {
        Cli run = Cli.run("generate", "a pear", "--model", model, "-o", temp.resolve("x.png"))
                .succeeded();
        assertEquals(temp.resolve("x.png") + "\n", run.out().replace("\r", ""));
        String seed = run.err().strip().replace("stipple: seed ", "");
        String parameters =
                PngMetadata.read(temp.resolve("x.png")).find("parameters").orElseThrow();
        assertTrue(parameters.contains("Seed: " + seed + ","), run.err() + parameters);
    }

    @Test
    void verbose_says_what_is_used_and_where_the_time_goes_and_changes_nothing_else() throws IOException {
        Path quiet = draw("a.png", "--seed", 5, "-n", 2);
        Path file = temp.resolve("b.png");
        Cli run = Cli.run("generate", "a red apple", "--model", model, "-o", file, "--seed", 5, "-n", 2, "-v")
                .succeeded();
        assertEquals(2, run.out().lines().count(), run.out());
        assertTrue(run.err().contains("model tiny, float32 on cpu"), run.err());
        assertTrue(run.err().contains("seed 5\n"), run.err());
        assertTrue(run.err().matches("(?s).*picture 2: \\d+ tokens and the pixels in \\d.*tokens/s.*"), run.err());
        assertTrue(run.err().matches("(?s).*done in \\d+\\.\\d+ s, at most \\d+\\.\\d+ GB of memory\\s*"), run.err());
        assertArrayEquals(
                Files.readAllBytes(quiet.resolveSibling("a-1.png")), Files.readAllBytes(temp.resolve("b-1.png")));
        Cli.run("generate", "a red apple", "--model", model, "-v", "-q").refused("--verbose", "--quiet");
        Cli.run("generate", "a red apple", "--model", model, "-v", "--json").refused("--verbose", "--json");
    }

    @Test
    void a_picture_drawn_again_by_like_is_the_same_file_bit_for_bit() throws IOException {
        Path original =
                draw("a.png", "--seed", 5, "--sampler", "s2", "--steps", 4, "--cfg", 1.5, "--dtype", "bfloat16");
        Path again = temp.resolve("again.png");
        Cli.run("generate", "--like", original, "--model", model, "-o", again).succeeded();
        assertArrayEquals(Files.readAllBytes(original), Files.readAllBytes(again));
    }

    @Test
    void options_beside_like_override_it_and_the_environment_does_not() {
        Path original = draw("a.png", "--seed", 5);
        Host host = new Host(Map.of("STIPPLE_STEPS", "9", "STIPPLE_DTYPE", "bfloat16"), temp, false);
        Path again = temp.resolve("again.png");
        Cli.run(host, "generate", "--like", original, "--model", model, "-o", again)
                .succeeded();
        assertArrayEquals(pixels(original), pixels(again));
        Path other = temp.resolve("other.png");
        Cli.run("generate", "--like", original, "--model", model, "-o", other, "--seed", 6)
                .succeeded();
        assertArrayEquals(pixels(draw("b.png", "--seed", 6)), pixels(other));
    }

    @Test
    void several_pictures_equal_the_single_ones_of_the_seeds_that_follow() {
        Path many = temp.resolve("many.png");
        Cli run = Cli.run("generate", "a red apple", "--model", model, "-o", many, "-n", 3, "--seed", 40, "--quiet")
                .succeeded();
        assertEquals("", run.err());
        assertEquals(3, run.out().lines().count());
        for (int i = 0; i < 3; i++) {
            Path one = draw("one.png", "--seed", 40 + i);
            Path ofMany = temp.resolve("many-" + (i + 1) + ".png");
            assertArrayEquals(pixels(one), pixels(ofMany), "picture " + i);
            Path again = temp.resolve("again.png");
            Cli.run("generate", "--like", ofMany, "--model", model, "-o", again).succeeded();
            assertArrayEquals(pixels(one), pixels(again), "picture " + i + " drawn again");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--negative=blue",
                "--positive=shiny",
                "--size=128x32",
                "--steps=5",
                "--cfg=4",
                "--cfg-schedule=linear-falling",
                "--cfg-schedule=linear-rising",
                "--sampler=s1",
                "--sampler=s2",
                "--sampler=s3-cps",
                "--sampler=ode",
                "--noise-level=0.2",
                "--shift=3",
                "--context-noise=0.3",
                "--use-norm",
                "--dtype=bfloat16"
            })
    void every_setting_changes_the_picture(String option) {
        byte[] plain = pixels(draw("plain.png", "--seed", 5));
        byte[] changed = pixels(draw("changed.png", "--seed", 5, option));
        assertFalse(Arrays.equals(plain, changed), option + " made no difference");
    }

    @Test
    void the_prompt_may_come_as_an_option_and_changes_the_picture() {
        Path option = temp.resolve("option.png");
        Cli.run("generate", "-p", "a red apple", "--model", model, "-o", option, "--seed", 5)
                .succeeded();
        assertArrayEquals(pixels(draw("a.png", "--seed", 5)), pixels(option));
        Path other = temp.resolve("other.png");
        Cli.run("generate", "a green pear", "--model", model, "-o", other, "--seed", 5)
                .succeeded();
        assertFalse(Arrays.equals(pixels(option), pixels(other)));
    }

    @Test
    void negated_flags_and_the_environment_work_for_every_option() {
        byte[] normed = pixels(draw("a.png", "--seed", 5, "--use-norm"));
        byte[] plain = pixels(draw("b.png", "--seed", 5, "--no-use-norm"));
        assertFalse(Arrays.equals(normed, plain));
        Host host = new Host(
                Map.of("STIPPLE_USE_NORM", "true", "STIPPLE_SEED", "5", "STIPPLE_MODEL", model.toString()),
                temp,
                false);
        Path file = temp.resolve("c.png");
        Cli.run(host, "generate", "a red apple", "-o", file).succeeded();
        assertArrayEquals(normed, pixels(file));
        Cli.run(host, "generate", "a red apple", "-o", file, "--use-norm").succeeded();
        assertArrayEquals(normed, pixels(file));
        Cli.run(host, "generate", "a red apple", "-o", file, "--no-use-norm").succeeded();
        assertArrayEquals(plain, pixels(file));
    }

    @Test
    void events_are_lines_of_json_from_started_to_done() {
        Path preview = temp.resolve("previews");
        Cli run = Cli.run(
                        "generate",
                        "a pear",
                        "--model",
                        model,
                        "-o",
                        temp.resolve("x.png"),
                        "--seed",
                        3,
                        "--json",
                        "--preview",
                        preview)
                .succeeded();
        List<JsonObjectFile> events = run.out()
                .lines()
                .map(line -> JsonObjectFile.parse("event", line.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .toList();
        assertEquals(
                KernelLibrary.available() ? "native" : "libtorch",
                events.getFirst().text("engine", ""));
        List<String> names =
                events.stream().map(event -> event.text("event", "")).toList();
        assertEquals(
                List.of(
                        "started", "prompt", "row", "preview", "row", "preview", "row", "preview", "row", "picture",
                        "done"),
                names);
        assertEquals("", run.err());
        JsonObjectFile last = events.get(8);
        assertEquals(last.integer("total_tokens"), last.integer("tokens"));
        assertEquals(0.0, last.number("eta_seconds"));
        assertEquals(temp.resolve("x.png").toString(), events.get(9).text("path", ""));
        assertEquals(3, preview.toFile().list().length);
    }

    @Test
    void a_bar_is_drawn_on_a_terminal_only_and_erased_in_the_end() {
        Host terminal = new Host(Map.of(), temp, true);
        Cli run = Cli.run(terminal, "generate", "a pear", "--model", model, "-o", temp.resolve("x.png"), "-n", 2)
                .succeeded();
        assertTrue(run.err().contains("picture 2/2, row 4/4"), run.err());
        String afterBar = run.err().substring(run.err().lastIndexOf(" left"));
        assertTrue(afterBar.contains("\r\u001b[K"), run.err());
        assertEquals(2, run.out().lines().count());
    }

    @Test
    void an_edit_depends_on_its_picture_and_is_drawn_again_when_the_picture_is_there() throws IOException {
        Path input = draw("in.png", "--seed", 1);
        Path other = draw("in2.png", "--seed", 2);
        Path edited = edit(input, "edited.png");
        assertFalse(Arrays.equals(pixels(edited), pixels(edit(other, "edited2.png"))));
        assertFalse(Arrays.equals(pixels(edited), pixels(edit(input, "edited3.png", "--cfg-image", 3))));
        Path again = temp.resolve("again.png");
        Cli.run("generate", "--like", edited, "--model", model, "-o", again).succeeded();
        assertArrayEquals(Files.readAllBytes(edited), Files.readAllBytes(again));
        Files.move(input, temp.resolve("moved.png"));
        Cli.run("generate", "--like", edited, "--model", model, "-o", again)
                .refused("was made from", "stipple edit PICTURE --like");
        Cli.run("edit", temp.resolve("moved.png"), "--like", edited, "--model", model, "-o", again)
                .succeeded();
        assertArrayEquals(pixels(edited), pixels(again));
    }

    private Path edit(Path input, String name, Object... options) {
        Path file = temp.resolve(name);
        Object[] args = {"edit", input, "make it blue", "--model", model, "-o", file, "--seed", 9};
        Cli.run(concat(args, options)).succeeded();
        return file;
    }

    @Test
    void an_edit_takes_the_supported_size_nearest_to_its_picture() {
        Path wide = draw("wide.png", "--size", "128x32");
        assertEquals(
                "128x32", ImageDecoder.read(edit(wide, "edited.png")).size().toString());
    }

    @Test
    void a_picture_without_metadata_holds_none() {
        assertEquals(Map.of(), PngMetadata.read(draw("x.png", "--no-metadata")).texts());
    }

    @Test
    void drawing_again_with_other_weights_is_refused_unless_they_were_chosen() {
        Path original = draw("a.png", "--seed", 5);
        Path home = temp.resolve("home");
        TinyModel.write(home.resolve("models/tiny"), 2);
        Host host = new Host(Map.of(), home, false);
        Path again = temp.resolve("again.png");
        Cli.run(host, "generate", "--like", original, "-o", again).refused("was drawn by tiny", "--model");
        assertFalse(Files.exists(again));
        Cli chosen = Cli.run(host, "generate", "--like", original, "-o", again, "--model", "tiny")
                .succeeded();
        assertTrue(chosen.err().contains("so the picture differs"), chosen.err());
        TinyModel.write(home.resolve("models/tiny"), 1);
        Cli found = Cli.run(host, "generate", "--like", original, "-o", again).succeeded();
        assertEquals("", found.err());
        assertArrayEquals(pixels(original), pixels(again));
    }

    @Test
    void drawing_again_and_again_leaves_no_tensors_behind() {
        draw("warm.png", "--seed", 1);
        long before = Tensor.live();
        for (int i = 0; i < 3; i++) {
            draw("x.png", "-n", 2, "--seed", i);
            edit(temp.resolve("warm.png"), "y.png");
        }
        assertEquals(before, Tensor.live());
    }
}
