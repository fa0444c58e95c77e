package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import stipple.model.files.JsonObjectFile;
import stipple.model.text.PromptTokenizer;
import stipple.testing.TinyModel;
import stipple.torch.kernels.KernelLibrary;

class CommandsTest {
    /** What two lines hold beside the longest name. */
    private static final int TWO_LINES = 150;

    @TempDir
    static Path home;

    @TempDir
    Path temp;

    private static Path model;

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(home.resolve("models/stipple-128"), 1);
    }

    private static Cli run(Object... args) {
        return Cli.run(new Host(Map.of(), home, false), args);
    }

    private static JsonObjectFile json(Cli run) {
        return JsonObjectFile.parse("the output", run.out().getBytes(UTF_8));
    }

    @Test
    void the_default_model_lies_beside_the_launcher() {
        run("generate", "a pear", "-o", temp.resolve("x.png")).succeeded();
        Cli models = run("models", "--json").succeeded();
        assertEquals("stipple-128", json(models).text("name", ""));
        assertTrue(json(models).flag("default"));
    }

    @Test
    void inspecting_a_picture_shows_both_forms_of_its_settings() {
        Path file = temp.resolve("x.png");
        run("generate", "a pear", "-o", file, "--seed", 77).succeeded();
        JsonObjectFile found = json(run("inspect", file, "--json").succeeded());
        assertTrue(found.text("parameters", "").contains("Seed: 77"), found.text("parameters", ""));
        JsonObjectFile request =
                found.object("stipple").orElseThrow().object("request").orElseThrow();
        assertEquals(77, request.integer("seed"));
        String text = run("inspect", file).succeeded().out();
        assertTrue(text.contains("a pear") && text.contains("Seed: 77") && text.contains("noise_level"), text);
        Path bare = temp.resolve("bare.png");
        run("generate", "a pear", "-o", bare, "--no-metadata").succeeded();
        assertTrue(run("inspect", bare).succeeded().out().contains("says nothing"));
    }

    @Test
    void inspecting_a_model_counts_its_parameters_and_lists_its_sizes() {
        JsonObjectFile found = json(run("inspect", model, "--json").succeeded());
        JsonObjectFile parameters = found.object("parameters").orElseThrow();
        int sum = List.of("backbone", "vocabulary", "flow_head", "projectors").stream()
                .mapToInt(parameters::integer)
                .sum();
        assertEquals(parameters.integer("all"), sum);
        assertEquals("A", found.text("dialect", ""));
        assertTrue(found.node().get("sizes").toString().contains("64x64"));
        assertEquals(16, found.object("image_tokenizer").orElseThrow().integer("latent_channels"));
        String weights =
                run("inspect", model.resolve("model.safetensors")).succeeded().out();
        assertTrue(weights.contains("embed_tokens.weight"), weights);
        assertTrue(run("inspect", model.resolve("vae")).succeeded().out().contains("downsampling"));
    }

    @Test
    void the_doctor_finds_this_machine_healthy_and_a_broken_model_not() throws IOException {
        JsonObjectFile found = json(run("doctor", "--json").succeeded());
        assertEquals("ok", found.text("result", ""));
        JsonObjectFile checks = found.object("checks").orElseThrow();
        assertEquals(KernelLibrary.available() ? 6 : 3, checks.node().size());
        checks.node().forEach(check -> assertTrue(check.asText().startsWith("ok"), check.asText()));
        assertTrue(found.text("dtype", "").startsWith("float32, because"), found.text("dtype", ""));
        Path broken = TinyModel.write(temp.resolve("broken"), 1);
        Files.delete(broken.resolve("vae/model.safetensors"));
        Cli ill = run("doctor", "--model", broken);
        assertEquals(Main.FAILURE, ill.code());
        assertTrue(ill.out().contains("FAIL, No weights"), ill.out());
        Cli without = Cli.run(new Host(Map.of(), temp, false), "doctor");
        assertEquals(0, without.code());
        assertTrue(without.out().contains("none in"), without.out());
    }

    @Test
    void every_command_explains_itself_with_an_example() {
        CommandLine line = Main.commandLine(new Host(Map.of(), home, false), new EnvironmentDefaults(Map.of()));
        explained(line);
    }

    private static void explained(CommandLine line) {
        String help = line.getUsageMessage(CommandLine.Help.Ansi.OFF);
        String name = line.getCommandSpec().qualifiedName();
        assertTrue(help.contains("stipple ") && help.contains("Example"), name + " has no example:\n" + help);
        if (line.getParent() != null) {
            assertTrue(help.contains("STIPPLE_SOME_OPTION"), name + " does not tell about the environment");
        }
        line.getSubcommands().values().forEach(CommandsTest::explained);
    }

    /** Lists of commands show the first line of each description and nothing else of it. */
    @Test
    void the_first_line_of_every_description_is_a_sentence() {
        CommandLine line = Main.commandLine(new Host(Map.of(), home, false), new EnvironmentDefaults(Map.of()));
        assertTrue(sentences(line) > 40, "all commands were visited");
    }

    private static int sentences(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName();
        String[] description = line.getCommandSpec().usageMessage().description();
        String first = description.length == 0 ? "" : description[0];
        assertTrue(first.matches("\\p{Lu}.*\\."), name + " is listed as '" + first + "', which is no sentence");
        assertTrue(first.length() <= TWO_LINES, name + " is listed with " + first.length() + " characters");
        return 1
                + line.getSubcommands().values().stream()
                        .distinct()
                        .mapToInt(CommandsTest::sentences)
                        .sum();
    }

    @Test
    void every_command_tells_the_version() {
        String version = run("--version").succeeded().out();
        assertEquals(version, run("generate", "--version").succeeded().out());
        assertEquals(version, run("data", "build", "emoji", "-V").succeeded().out());
    }

    @Test
    void the_completion_script_knows_the_commands_and_options() {
        String script = run("completion").succeeded().out();
        assertTrue(script.contains("generate") && script.contains("--cfg-schedule"), "incomplete script");
        assertEquals("", run("completion").err());
    }

    @Test
    void a_tokenizer_is_trained_on_the_captions_of_a_folder_of_pictures() throws IOException {
        Path pictures = Files.createDirectories(temp.resolve("pictures"));
        run("generate", "a pear", "-o", pictures.resolve("a.png")).succeeded();
        run("generate", "a pear", "-o", pictures.resolve("b.png")).succeeded();
        Files.writeString(pictures.resolve("a.txt"), "a red apple on a red table");
        Files.writeString(pictures.resolve("b.txt"), "a green pear on a green table");
        Path tokenizer = temp.resolve("tokenizer");
        run("data", "tokenizer", "--from", pictures, "--vocab", 262, "--out", tokenizer)
                .succeeded();
        try (PromptTokenizer opened = PromptTokenizer.open(tokenizer)) {
            assertTrue(opened.encode("a red table").length < "a red table".length());
        }
        Path lines = temp.resolve("more.jsonl");
        Files.writeString(lines, "{\"text\":\"a page\",\"caption_zh\":\"猫\"}\n{\"text\":\"another\"}\n");
        JsonObjectFile both = json(run(
                        "data",
                        "tokenizer",
                        "--from",
                        pictures,
                        "--from",
                        lines,
                        "--vocab",
                        262,
                        "--out",
                        tokenizer,
                        "--json")
                .succeeded());
        assertEquals(
                "{\"caption\":2,\"caption_zh\":1,\"text\":2}",
                both.object("captions").orElseThrow().node().toString());
        run("data", "tokenizer", "--from", lines, "--captions", "caption", "--vocab", 262, "--out", tokenizer)
                .refused("has a 'caption'");
        JsonObjectFile found = json(run("data", "inspect", pictures, "--tokenizer", tokenizer, "--json")
                .succeeded());
        assertEquals(2, found.integer("samples"));
        assertEquals(2, found.integer("usable"));
        assertEquals(
                "64x64", found.object("sizes").orElseThrow().node().fieldNames().next());
        Path sheet = temp.resolve("sheet.png");
        assertTrue(run("data", "inspect", pictures, "--sheet", sheet)
                .succeeded()
                .out()
                .contains("2 usable"));
        assertTrue(Files.size(sheet) > 0);
        run("data", "tokenizer", "--from", temp.resolve("nosuch"), "--vocab", 262, "--out", tokenizer)
                .refused("does not exist");
    }

    @Test
    void the_emoji_set_refuses_what_it_cannot_build() {
        run("data", "build", "emoji").refused("--out");
        run("data", "build", "emoji", "--out", temp, "--size", 4).refused("4 pixels");
        run("data", "build", "emoji", "--out", temp, "--styles", "oil").refused("no emoji style 'oil'");
        run("data", "build", "icons", "--out", temp, "--tier", "all").refused("icons-p (MIT, Apache-2.0)");
        run("data", "build", "clipart", "--out", temp, "--tier", "gpl").refused("clipart (public domain)");
        run("data", "build", "words", "--out", temp, "--count", 0).refused("at least 1 picture");
        run("data", "build", "default", "--out", temp, "--only", "emojis").refused("the sets are emoji, edits");
    }
}
