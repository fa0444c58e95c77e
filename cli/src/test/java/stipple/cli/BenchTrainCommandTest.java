package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.eval.bench.BenchJson;
import stipple.torch.Torch;
import stipple.train.check.TrainSpeed;

class BenchTrainCommandTest {
    @TempDir
    private static Path temp;

    private static Path recipe;

    @BeforeAll
    static void makeRecipe() throws IOException {
        Torch.threads(1);
        Path data = Files.createDirectories(temp.resolve("data"));
        try (TarShardWriter writer = new TarShardWriter(data, "train", 4)) {
            for (int i = 0; i < 3; i++) {
                byte[] png = PngEncoder.encode(Pixels.filled(16, 16, 60 * i));
                writer.add(
                        "grey" + i,
                        "{\"caption\": \"grey " + i + "\", \"metadata\": {}}",
                        List.of(new ImageMember("png", png)));
            }
            writer.finishAll();
        }
        recipe = Files.writeString(temp.resolve("recipe.yaml"), """
                objective: autoencoder
                output: %s
                seed: 1
                steps: 4
                batch: 2
                accumulate: 1
                dtype: float32
                optimizer: {lr: 1.0e-3, schedule: constant, final_fraction: 0, warmup: 0, beta1: 0.9, beta2: 0.95, eps: 1.0e-8, weight_decay: 0, clip: 1}
                ema: 0.9
                checkpoint: {every: 2, keep: 1}
                log_every: 1
                samples: {every: 2, cfg: 1, steps: 1}
                data: {shards: %s, families: [train], holdout: train, size: 16, skin_tones: false}
                autoencoder: {ch: 32, ch_mult: [1, 1, 1, 1], res_blocks: 1, z_channels: 4, patch: 2, noise: 0.5, mse: 1, l1: 0.5, edge: 0.5}
                """.formatted(temp.resolve("output"), data));
    }

    @Test
    void a_recipe_is_timed_beside_an_earlier_report_and_nothing_is_written() throws IOException {
        String json = Cli.run("bench", "train", recipe, "--steps", "2", "--json")
                .succeeded()
                .out();
        Path before = Files.writeString(temp.resolve("before.json"), json);
        TrainSpeed speed = BenchJson.read(before, TrainSpeed.class, TrainSpeed.SCHEMA);
        assertEquals(2, speed.steps());
        assertTrue(speed.seconds() > 0 && speed.low() <= speed.seconds() && speed.seconds() <= speed.high(), json);
        assertEquals(2 / speed.seconds(), speed.samples(), 1e-6 * speed.samples());
        assertEquals(speed.flops() / speed.peakFlops(), speed.utilization(), 1e-9);

        String table = Cli.run("bench", "train", recipe, "--steps", "1", "--against", before)
                .succeeded()
                .out();

        assertTrue(table.lines().anyMatch(line -> line.startsWith("now ")), table);
        assertTrue(table.lines().anyMatch(line -> line.startsWith("earlier ")), table);
        assertTrue(table.contains("times the pictures per second"), table);
        assertFalse(Files.exists(temp.resolve("output")), "measuring must not begin a run");
    }

    @Test
    void a_report_of_another_kind_is_refused() throws IOException {
        Path other = Files.writeString(temp.resolve("other.json"), "{\"schema\": 99}");

        Cli.run("bench", "train", recipe, "--against", other).refused("other.json", "is no benchmark");
    }
}
