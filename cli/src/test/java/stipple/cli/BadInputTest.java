package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.ModelConfigWriter;
import stipple.model.config.Task;
import stipple.testing.TinyModel;
import stipple.torch.DType;
import stipple.torch.Tensor;

/** Every mistake ends in one clear line, exit code 2, and nothing left behind. */
class BadInputTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temp;

    private static Path model;
    private final long tensors = Tensor.live();

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(shared.resolve("tiny"), 1);
    }

    @AfterEach
    void nothingIsLeftInMemory() {
        assertEquals(tensors, Tensor.live());
    }

    private Path out() {
        return temp.resolve("out.png");
    }

    private void nothingWritten() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--sise=64x64 | Unknown option: '--sise=64x64'; did you mean --size",
                "--size=65x64 | does not draw 65x64; use one of",
                "--size=big   | WIDTHxHEIGHT",
                "--steps=x    | 'x' is not an int",
                "--steps=0    | steps must be from 1 to 1000",
                "--n=0        | count must be from 1 to 64",
                "--cfg=0.5    | from 1 (off) to 100",
                "--cfg=NaN    | from 1 (off) to 100",
                "--shift=0    | shift must be above 0",
                "--sampler=x  | use one of s1, s2, s3-sde, s3-cps, ode",
                "--noise-level=2 | noise level must be in [0, 1]",
                "--context-noise=2 | context noise must be from 0 (none) to 1",
                "--cfg-schedule=up | use one of constant",
                "--dtype=int8 | use float32 or bfloat16",
                "--dtype=float16 | use --dtype bfloat16 or float32",
                "--device=tpu | use cpu, cuda or cuda:N",
                "--threads=0  | at least 1",
                "--seed=99999999999999999999 | --seed",
                "--cfg-image=2 | Unknown option",
                "--like=nothing.png | Missing image nothing.png",
                "extra        | 'extra'",
                "--prompt=twice | given twice"
            })
    void a_bad_option_is_refused(String option, String message) throws IOException {
        Cli.run("generate", "a pear", "--model", model, "-o", out(), option).refused(message);
        nothingWritten();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--noise-level=0.5 --sampler=ode | no effect on the sampler ode",
                "--negative=blue --cfg=1 | no effect without guidance",
                "--cfg-schedule=linear-rising --cfg=1 | no effect without guidance"
            })
    void an_option_that_would_be_ignored_is_refused(String options, String message) throws IOException {
        String[] pair = options.split(" ");
        Cli.run("generate", "a pear", "--model", model, "-o", out(), pair[0], pair[1])
                .refused(message);
        nothingWritten();
    }

    @Test
    void prompts_of_no_and_of_ten_thousand_characters_are_refused() throws IOException {
        Cli.run("generate", "", "--model", model, "-o", out()).refused("The prompt is empty");
        Cli.run("generate", "x".repeat(10_000), "--model", model, "-o", out()).refused("10000 characters");
        Cli.run("generate", "--model", model, "-o", out()).refused("There is no prompt");
        nothingWritten();
    }

    @Test
    void an_unknown_model_is_refused_with_the_names_of_those_found() throws IOException {
        Cli.run("generate", "a pear", "--model", "nosuch").refused("no model 'nosuch'", "found: none");
        Path home = shared.resolve("home");
        Files.createDirectories(home.resolve("models/empty"));
        TinyModel.write(home.resolve("models/tiny"), 1);
        Host host = new Host(Map.of(), home, false);
        Cli.run(host, "generate", "a pear", "--model", "nosuch").refused("found: tiny");
        Cli.run(host, "generate", "a pear").refused("no default model stipple-128", "found: tiny");
    }

    @Test
    void a_folder_that_is_no_checkpoint_is_refused() throws IOException {
        Path empty = Files.createDirectories(shared.resolve("empty"));
        Cli.run("generate", "a pear", "--model", empty, "-o", out()).refused("Missing file", "config.json");
        Cli.run("inspect", empty).refused("Missing file", "config.json");
        Files.writeString(empty.resolve("config.json"), "{}");
        Cli.run("generate", "a pear", "--model", empty, "-o", out()).refused("not a NextStep checkpoint");
        nothingWritten();
    }

    @Test
    void a_damaged_checkpoint_is_refused() throws IOException {
        Path broken = TinyModel.write(shared.resolve("broken"), 1);
        Path weights = broken.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Cli.run("generate", "a pear", "--model", broken, "-o", out()).refused("model.safetensors");
        nothingWritten();
    }

    @Test
    void unreadable_pictures_are_refused() throws IOException {
        Path text = Files.writeString(shared.resolve("text.png"), "no picture");
        Cli.run("edit", text, "make it blue", "--model", model, "-o", out()).refused("neither PNG nor JPEG");
        Cli.run("edit", shared.resolve("nosuch.png"), "blue", "--model", model).refused("Missing image");
        Cli.run("inspect", text).refused("is not a PNG file");
        Cli.run("inspect", shared.resolve("nosuch")).refused("no file or folder");
        Cli.run("generate", "--like", text, "--model", model).refused("is not a PNG file");
        Cli.run("edit").refused("PICTURE");
        Path plain = TinyModel.write(shared.resolve("no editor"), 1);
        ModelConfigWriter.write(plain, ModelConfigReader.read(plain).withTasks(Set.of(Task.GENERATE)), DType.F32);
        Cli.run("edit", text, "make it blue", "--model", plain).refused("was not trained to edit", "--lora");
        nothingWritten();
    }

    @Test
    void output_that_cannot_be_written_is_refused_before_anything_is_drawn() throws IOException {
        Path file = Files.writeString(shared.resolve("file"), "in the way");
        Cli.run("generate", "a pear", "--model", model, "-o", file.resolve("x.png"))
                .refused("is not a folder");
        Cli.run("generate", "a pear", "--model", model, "-o", temp.resolve("x.jpg"))
                .refused("does not end in .png");
        Cli.run("generate", "a pear", "--model", model, "-o", out(), "--preview", file)
                .refused("is not a folder");
        Cli.run("generate", "a pear", "--model", model, "-o", Path.of("/proc/nosuch/x.png"))
                .refused("Cannot write /proc/nosuch/x.png");
        nothingWritten();
    }

    @Test
    void a_full_disk_leaves_nothing_behind() throws IOException, InterruptedException {
        Path small = Files.createDirectories(shared.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", small.toString()) == 0,
                "needs the right to mount a small disk");
        try {
            Cli.run("generate", "a pear", "--model", model, "-o", small.resolve("x.png"))
                    .refused("Cannot write", "nothing was left behind");
            try (Stream<Path> files = Files.list(small)) {
                assertEquals(List.of(), files.toList());
            }
        } finally {
            run("umount", small.toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void a_bad_value_from_the_environment_names_its_variable_and_a_misspelt_variable_is_pointed_out() {
        Host bad = new Host(Map.of("STIPPLE_STEPS", "many"), temp, false);
        Cli.run(bad, "generate", "a pear", "--model", model).refused("'many' is not an int", "set by STIPPLE_STEPS");
        Host misspelt = new Host(Map.of("STIPPLE_STEP", "3", "STIPPLE_JAVA_OPTS", ""), temp, false);
        Cli help = Cli.run(misspelt, "--version").succeeded();
        assertEquals("stipple: warning: no option reads the environment variable STIPPLE_STEP\n", help.err());
        assertTrue(help.out().startsWith("stipple "));
    }

    @Test
    void commands_that_do_not_exist_are_refused() {
        Cli.run("genrate", "a pear").refused("genrate", "did you mean generate");
        Cli.run().refused("subcommand");
        Cli.run("data").refused("subcommand");
    }
}
