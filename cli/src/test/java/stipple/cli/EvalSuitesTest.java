package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.eval.text.MiniLm;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.ImageDecoder;
import stipple.testing.TinyModel;

/** The suites of {@code stipple eval} that need data or prompts of their own, on a model that has learnt nothing. */
class EvalSuitesTest {
    @TempDir
    private static Path dir;

    private static Path model;
    private static Path data;

    @BeforeAll
    static void makeAModelAndAnEmojiSet() throws IOException {
        model = TinyModel.write(dir.resolve("tiny"), 1);
        data = TinyEmoji.write(dir.resolve("emoji"));
    }

    private static Path untrainedJudge(String sentences) {
        return TinyEmoji.judge(dir.resolve("judge-" + sentences), sentences);
    }

    private static Path untrainedStyleJudge(String label, String... labels) {
        return TinyEmoji.styleJudge(dir.resolve(String.join("-", labels)), label, labels);
    }

    @Test
    void agreement_tells_shares_of_three_groups_for_drawn_and_for_real_pictures() throws IOException {
        Path out = dir.resolve("agreement");
        Object[] command = {
            "eval",
            "agreement",
            "--model",
            model,
            "-o",
            out,
            "--data",
            data,
            "--judge",
            untrainedJudge(MiniLm.NAME),
            "--style-judge",
            untrainedStyleJudge("style", "flat", "noto"),
            "--prompts",
            4,
            "--steps",
            2
        };
        String table = Cli.run(command).succeeded().out();
        for (String group : List.of("seen pairs", "unseen pairs", "unseen emoji")) {
            assertTrue(table.contains(group + ", own caption first of 4"), table);
            assertTrue(table.contains("judge: " + group + " of the set, style"), table);
        }
        assertTrue(table.contains("judge: all groups of the set, through the model's autoencoder, style"), table);
        JsonNode confusions =
                JsonObjectFile.read(out.resolve("report.json")).node().path("confusions");
        assertEquals(3, confusions.size());
        int counted = 0;
        for (JsonNode row : confusions.path(0).path("counts")) {
            counted += row.path(0).asInt() + row.path(1).asInt();
        }
        assertEquals(12, counted, "every drawn picture has one style");
        assertTrue(Files.readString(out.resolve("report.html")).contains("a red apple, "));
        String first = Files.readString(out.resolve("report.json"));
        Cli.run(command).succeeded();
        assertEquals(first, Files.readString(out.resolve("report.json")), "judged again alike, nothing drawn again");
        Cli.run("eval", "agreement", "--model", model, "-o", out, "--data", data, "--judge", untrainedJudge("other"))
                .refused("'other'", MiniLm.NAME);
        Cli.run("eval", "agreement", "--model", model, "-o", out, "--data", data, "--judge", dir.resolve("none"))
                .refused("No dual encoder");
        Object[] styled = {"eval", "agreement", "--model", model, "-o", dir.resolve("styled"), "--data", data, "--judge"
        };
        styledBy(styled, untrainedStyleJudge("style", "flat", "3d")).refused("'noto'", "flat, 3d");
        styledBy(styled, untrainedStyleJudge("colour", "red", "blue")).refused("the colour", "style");
    }

    private static Cli styledBy(Object[] command, Path styleJudge) {
        List<Object> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(untrainedJudge(MiniLm.NAME), "--style-judge", styleJudge));
        return Cli.run(all.toArray());
    }

    @Test
    void autoencoder_tells_quality_with_units_and_drift_by_guidance() throws IOException {
        Path out = dir.resolve("autoencoder");
        String table = Cli.run(
                        "eval",
                        "autoencoder",
                        "--model",
                        model,
                        "-o",
                        out,
                        "--data",
                        data,
                        "--pictures",
                        3,
                        "--guidance",
                        "1,4",
                        "--prompts",
                        2,
                        "--steps",
                        2)
                .succeeded()
                .out();
        assertTrue(table.contains("PSNR") && table.contains(" dB"), table);
        assertTrue(table.contains("guidance 1, quarter 4: token variance"), table);
        assertTrue(table.contains("guidance 4, quarter 1: token mean"), table);
        assertTrue(
                table.lines().anyMatch(line -> line.matches("guidance 4, normalised: token variance +1\\.0+ +2")),
                table);
        String page = Files.readString(out.resolve("report.html"));
        assertEquals(4, page.split("<figure class=\"chart\">", -1).length - 1);
        assertEquals(8, page.split("<polyline", -1).length - 1, "a line for each guidance in each chart");
        assertFalse(table.contains("FID"), table);
        String lines = Cli.run(
                        "eval",
                        "autoencoder",
                        "--model",
                        model,
                        "-o",
                        dir.resolve("no-drift"),
                        "--data",
                        data,
                        "--pictures",
                        3,
                        "--no-drift",
                        "--json")
                .succeeded()
                .out();
        assertTrue(lines.contains("\"unit\":\"dB\"") && !lines.contains("guidance"), lines);
    }

    @Test
    void edits_tell_what_was_obeyed_and_kept_by_kind_and_how_far_the_judge_can_be_trusted() throws IOException {
        Path edits = Files.createDirectories(dir.resolve("edits"));
        try (TarShardWriter writer = new TarShardWriter(edits, "unseen_pair", 8)) {
            for (String kind : List.of("mirror", "style")) {
                Pixels source = Pixels.filled(32, 32, 255);
                source.paste(Pixels.filled(8, 16, 30), 2, 6);
                List<ImageMember> pictures = List.of(
                        new ImageMember("png", PngEncoder.encode(source)),
                        new ImageMember("png", PngEncoder.encode(source.mirrored())));
                String json = "{\"caption\": [\"" + kind + " it\"], \"source_caption\": \"a bar, flat style\", "
                        + "\"target_caption\": \"a bar, Noto style\", \"metadata\": {\"edit\": \"" + kind + "\"}}";
                writer.add(kind, json, pictures);
            }
            writer.finishAll();
        }
        Object[] command = {
            "eval",
            "edits",
            "--model",
            model,
            "-o",
            dir.resolve("edited"),
            "--data",
            edits,
            "--judge",
            untrainedJudge(MiniLm.NAME),
            "--steps",
            2
        };
        String table = Cli.run(command).succeeded().out();
        assertTrue(table.contains("mirror, obeyed") && table.contains("style, rest kept"), table);
        assertTrue(
                table.lines().anyMatch(line -> line.matches("judge: mirror, targets called right +100.0 .*")), table);
        assertTrue(
                table.lines().anyMatch(line -> line.matches("judge: mirror, sources called not obeyed +100.0 .*")),
                table);
        Cli.run(
                        "eval",
                        "edits",
                        "--model",
                        model,
                        "-o",
                        dir.resolve("none"),
                        "--data",
                        edits,
                        "--judge",
                        untrainedJudge(MiniLm.NAME),
                        "--kind",
                        "melt")
                .refused("melt", "mirror, style");
    }

    @Test
    void text_without_a_reader_is_refused_with_the_command_that_makes_one() {
        Cli.run("eval", "text", "--model", model, "-o", dir.resolve("text"), "--reader", dir.resolve("no-reader"))
                .refused("data build ocr");
    }

    @Test
    void geneval_gets_its_numbered_folders_with_the_metadata_as_published() throws IOException {
        String line = "{\"tag\": \"single_object\", \"include\": [], \"prompt\": \"a photo of a bench\"}";
        Path prompts = Files.writeString(dir.resolve("evaluation_metadata.jsonl"), line + "\n" + line + "\n");
        Path out = dir.resolve("geneval");
        Cli.run("eval", "geneval", "--model", model, "-o", out, "--prompts", prompts, "--steps", 1, "--pictures", 2)
                .succeeded();
        for (String folder : List.of("00000", "00001")) {
            Path at = out.resolve("images").resolve(folder);
            assertEquals(line + "\n", Files.readString(at.resolve("metadata.jsonl")));
            assertTrue(Files.isRegularFile(at.resolve("samples/0000.png")));
            assertTrue(Files.isRegularFile(at.resolve("samples/0001.png")));
        }
    }

    @Test
    void benchmarks_of_four_pictures_in_one_get_a_square_and_the_others_a_picture_each() throws IOException {
        Path dpg = Files.createDirectories(dir.resolve("prompts"));
        Files.writeString(dpg.resolve("12.txt"), "a long prompt\n");
        Cli.run("eval", "dpg", "--model", model, "-o", dir.resolve("dpg"), "--prompts", dpg, "--steps", 1)
                .succeeded();
        int side = ImageDecoder.read(dir.resolve("dpg/parts/12-1.png")).width();
        Path square = dir.resolve("dpg/images/12.png");
        assertEquals(2 * side, ImageDecoder.read(square).width());
        byte[] before = Files.readAllBytes(square);
        Object[] dpgAgain = {"eval", "dpg", "--model", model, "-o", dir.resolve("dpg"), "--prompts", dpg, "--steps", 1};
        assertEquals("", Cli.run(dpgAgain).succeeded().err());
        assertArrayEquals(before, Files.readAllBytes(square));
        Files.writeString(dpg.resolve("12.txt"), "another prompt\n");
        String note = Cli.run(dpgAgain).succeeded().err();
        assertTrue(note.contains("4 of 4 pictures in " + dir.resolve("dpg") + " were drawn for another prompt"), note);
        assertFalse(Arrays.equals(before, Files.readAllBytes(square)), "a square of the new pictures");

        Path csv = Files.writeString(
                dir.resolve("OneIG-Bench.csv"),
                "category,id,prompt_en,type\r\nPortrait,003,\"a \"\"man\"\", smiling\",x\r\n");
        Cli.run(
                        "eval",
                        "oneig",
                        "--model",
                        model,
                        "-o",
                        dir.resolve("oneig"),
                        "--prompts",
                        csv,
                        "--steps",
                        1,
                        "--pictures",
                        1)
                .succeeded();
        assertTrue(Files.isRegularFile(dir.resolve("oneig/images/human/tiny/003.png")));

        Path wise = Files.writeString(
                dir.resolve("wise.json"), "[{\"Prompt\": \"a flag\", \"Explanation\": \"e\", \"prompt_id\": 7}]");
        Cli.run("eval", "wise", "--model", model, "-o", dir.resolve("wise"), "--prompts", wise, "--steps", 1)
                .succeeded();
        assertTrue(Files.isRegularFile(dir.resolve("wise/images/7.png")));

        Path genAi = Files.writeString(dir.resolve("genai_image.json"), "{\"00000\": {\"prompt\": \"a cat\"}}");
        Cli.run("eval", "genai-bench", "--model", model, "-o", dir.resolve("genai"), "--prompts", genAi, "--steps", 1)
                .succeeded();
        assertEquals(
                side,
                ImageDecoder.read(dir.resolve("genai/images/tiny/00000.jpeg")).width());
    }

    @Test
    void a_benchmark_is_drawn_as_published_by_its_own_text_sampler_shift_and_seed() throws IOException {
        Path wise = Files.writeString(
                dir.resolve("published.json"), "[{\"Prompt\": \"a flag\", \"Explanation\": \"e\", \"prompt_id\": 7}]");
        Path out = dir.resolve("published");
        Object[] command = {
            "eval",
            "wise",
            "--model",
            model,
            "-o",
            out,
            "--prompts",
            wise,
            "--steps",
            1,
            "--cfg",
            4,
            "--positive",
            "masterpiece",
            "--negative",
            "lowres",
            "--sampler",
            "ode",
            "--shift",
            2,
            "--seed",
            42
        };
        Cli.run(command).succeeded();
        JsonNode run = JsonObjectFile.read(out.resolve("run.json")).node();
        assertEquals("masterpiece", run.path("positive").asText());
        assertEquals("lowres", run.path("negative").asText());
        assertEquals("ode", run.path("sampler").asText());
        assertEquals("2.0", run.path("shift").asText());
        assertEquals("42", run.path("seed").asText());
        command[command.length - 1] = 43;
        Cli.run(command).refused("seed 42", "--output");
        Path plain = dir.resolve("plain");
        Object[] other = {"eval", "wise", "--model", model, "-o", plain, "--prompts", wise, "--steps", 1, "--cfg", 4};
        Cli.run(other).succeeded();
        assertFalse(
                Arrays.equals(
                        Files.readAllBytes(out.resolve("images/7.png")),
                        Files.readAllBytes(plain.resolve("images/7.png"))),
                "settings change the picture");
        Cli.run("eval", "wise", "-m", model, "-o", dir.resolve("no"), "--prompts", wise, "--cfg", 1, "--negative", "x")
                .refused("negative");
    }

    @Test
    void a_copy_of_something_else_is_refused_with_what_is_needed() throws IOException {
        Path other = Files.writeString(dir.resolve("other.json"), "[{\"text\": \"a flag\"}]");
        Object[] wise = {"eval", "wise", "--model", model, "-o", dir.resolve("refused"), "--prompts", other};
        Cli.run(wise).refused("prompt_id", "wise needs");
        Path outside = Files.writeString(dir.resolve("outside.json"), "{\"../../x\": {\"prompt\": \"a cat\"}}");
        Cli.run("eval", "genai-bench", "--model", model, "-o", dir.resolve("refused"), "--prompts", outside)
                .refused("../../x");
        Cli.run("eval", "wise", "--model", model, "-o", dir.resolve("refused"), "--prompts", other, "--pictures", 4)
                .refused("one picture");
        Cli.run("eval", "dpg", "--model", model, "-o", dir.resolve("refused"), "--prompts", dir.resolve("missing"))
                .refused("dpg needs");
    }
}
