package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.torch.Torch;

class TrainCommandTest {
    @TempDir
    private static Path temp;

    @BeforeAll
    static void makeData() throws IOException {
        Torch.threads(1);
        Path data = Files.createDirectories(temp.resolve("data"));
        for (String family : List.of("train", "holdout")) {
            try (TarShardWriter writer = new TarShardWriter(data, family, 4)) {
                for (int i = 0; i < 3; i++) {
                    byte[] png = PngEncoder.encode(Pixels.filled(16, 16, 60 * i));
                    String json = "{\"caption\": \"grey " + i + "\", \"metadata\": {}}";
                    writer.add("grey" + i, json, List.of(new ImageMember("png", png)));
                }
                writer.finishAll();
            }
        }
    }

    private static Path recipe(String output) throws IOException {
        return Files.writeString(
                temp.resolve(output + ".yaml"), """
                objective: autoencoder
                output: %s
                seed: 1
                steps: 4
                batch: 2
                accumulate: 1
                dtype: bfloat16
                optimizer: {lr: 1.0e-3, schedule: constant, final_fraction: 0, warmup: 0, beta1: 0.9, beta2: 0.95, eps: 1.0e-8, weight_decay: 0, clip: 1}
                ema: 0.9
                checkpoint: {every: 2, keep: 1, best: psnr}
                log_every: 1
                samples: {every: 2, cfg: 1, steps: 1}
                data: {shards: %s, families: [train], holdout: holdout, size: 16, skin_tones: false}
                autoencoder: {ch: 32, ch_mult: [1, 1, 1, 1], res_blocks: 1, z_channels: 4, patch: 2, noise: 0.5, mse: 1, l1: 0.5, edge: 0.5}
                """.formatted(temp.resolve(output), temp.resolve("data")));
    }

    @Test
    void aRunPrintsLossSpeedAndMemoryAndItsReportIsOnePage() throws IOException {
        Cli run = Cli.run("train", recipe("run")).succeeded();
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.getFirst().matches("training [0-9,]+ parameters, step 0 of 4; .* TFLOP/s"), run.out());
        String step = lines.stream()
                .filter(l -> l.startsWith("step 1/4 "))
                .findFirst()
                .orElseThrow();
        assertTrue(
                step.matches("step 1/4  loss [0-9.]+ \\(mse [0-9.]+, l1 [0-9.]+, edge [0-9.]+\\)  lr 1.00e-03"
                        + "  \\|g\\| [0-9.]+  [0-9.]+ samples/s  [0-9]+ tokens/s  [0-9.]+ TFLOP/s \\(MFU [0-9]+ %\\)"
                        + "  [0-9.]+ GiB  left [0-9:]+"),
                step);
        assertTrue(run.out().contains("held out: psnr "), run.out());
        assertTrue(run.out().contains("(best so far)"), run.out());
        assertTrue(lines.getLast().startsWith("done after step 4, model in "), run.out());

        Cli again = Cli.run("train", recipe("run")).succeeded();
        assertTrue(again.out().contains("resumed from "), again.out());

        Cli report = Cli.run("report", temp.resolve("run")).succeeded();
        assertEquals("wrote " + temp.resolve("run/report.html") + System.lineSeparator(), report.out());
        String page = Files.readString(temp.resolve("run/report.html"));
        assertTrue(page.contains("<svg") && page.contains("data:image/png;base64,"));
    }

    @Test
    void aCheckSaysWhatARunNeedsAndWritesNothing() throws IOException {
        Path recipe = recipe("checked");
        Set<Path> before = everything();
        Cli check = Cli.run("train", recipe, "--check", "--set", "steps=1000").succeeded();
        for (String part : List.of(
                "steps: 1000",
                "  encoder ",
                "  decoder ",
                "  gradients ",
                "  moments of AdamW ",
                "  activations, 2 at a time ",
                " TFLOP a step",
                " for 1,000 steps, without drawing",
                "nothing was written")) {
            assertTrue(check.out().contains(part), () -> part + " in " + check.out());
        }
        assertFalse(check.out().contains("null"), check.out());
        assertEquals(before, everything());
        assertFalse(Files.exists(temp.resolve("checked")));
    }

    @Test
    void what_a_recipe_starts_from_is_measured_without_training_and_nothing_is_written() throws IOException {
        Path recipe = recipe("measured");
        Set<Path> before = everything();
        Cli measured = Cli.run("train", recipe, "--measure").succeeded();
        assertTrue(measured.out().matches("(?sm).*^psnr +[0-9.]+$.*"), measured.out());
        assertEquals(before, everything());
        Cli.run("train", recipe, "--measure", "--check").refused("Give --check or --measure");
    }

    @Test
    void a_check_of_what_cannot_run_here_counts_instead() {
        Path large = Path.of("..", "recipes", "nextstep-14b", "1-pretrain-stage1.yaml");
        Cli check = Cli.run("train", large, "--check", "--peak", "379776").succeeded();
        for (String part : List.of(
                "parameters 14,9",
                "  layers ",
                "  missing: models/Qwen2.5-14B",
                "  assumed vocabulary: 152064 tokens",
                "200,000 steps",
                "counted, not measured: nothing was allocated, because inputs of the run are missing",
                "nothing was written")) {
            assertTrue(check.out().contains(part), () -> part + " in " + check.out());
        }
        assertTrue(check.out().matches("(?s).*time [0-9.]+ days for 200,000 steps.*"), check.out());
        Cli.run("train", large, "--peak", "1").refused("--peak belongs to --check");
    }

    private static Set<Path> everything() throws IOException {
        try (var files = Files.walk(temp)) {
            return new TreeSet<>(files.toList());
        }
    }

    @Test
    void mistakesAreRefusedInOneLine() throws IOException {
        Path recipe = recipe("mistakes");
        Cli.run("train", recipe, "--set", "optimizer.lrr=1").refused("'lrr'", "did you mean 'lr'");
        Cli.run("train", recipe, "--set", "checkpoint.best=fid").refused("psnr or psnr_noise_0.2");
        Cli.run("train", temp.resolve("none.yaml")).refused("No recipe at");
        Cli.run("train", recipe, "--set", "data.shards=/nowhere").refused("/nowhere", "data build");
        Cli.run("train", recipe, "--set", "data.mixture[a].weight=2")
                .refused("'mixture' has no entry 'a'", "it is empty");
        Cli.run("report", temp.resolve("data")).refused("No run at", "metrics.jsonl");
    }
}
