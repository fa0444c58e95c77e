package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.UserException;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;

class ResumeTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    @ParameterizedTest
    @CsvSource({"autoencoder,float32", "autoencoder,bfloat16", "nextstep,float32", "nextstep,bfloat16"})
    void aResumedRunHasTheSameWeightsAsOneThatWasNeverInterrupted(String objective, String dtype) throws IOException {
        String name = objective + "-" + dtype;
        Recipe straight = tiny.recipe(objective, name + "-straight", "dtype=" + dtype);
        Recipe broken = tiny.recipe(objective, name + "-broken", "dtype=" + dtype);
        Runs.train(straight);
        // Between checkpoints, at one, and at a step where a grid is drawn too.
        for (long stop : new long[] {2, 4, 6, 9}) {
            TrainEvent.Finished stopped = Runs.interrupt(broken, stop).only(TrainEvent.Finished.class);
            assertFalse(stopped.completed());
            assertEquals(stop, stopped.step());
        }
        Recorder last = Runs.train(broken);
        assertEquals(9, last.only(TrainEvent.Started.class).step());
        assertEquals(List.of(), Runs.differences(Runs.checkpoint(straight, 12), Runs.checkpoint(broken, 12)));
        assertEquals(Runs.metrics(straight), Runs.metrics(broken));
        assertEquals(
                -1,
                Files.mismatch(
                        Path.of(straight.output()).resolve("model/model.safetensors"),
                        Path.of(broken.output()).resolve("model/model.safetensors")));
    }

    /** Ways in which a checkpoint can be broken. */
    private static void damage(Path checkpoint, String how) throws IOException {
        Path weights = checkpoint.resolve("weights.safetensors");
        Path squares = checkpoint.resolve("squares.safetensors");
        switch (how) {
            case "truncated last file" -> {
                try (RandomAccessFile file = new RandomAccessFile(squares.toFile(), "rw")) {
                    file.setLength(file.length() - 1000);
                }
            }
            case "flipped bit" -> {
                try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
                    file.seek(file.length() - 5);
                    int value = file.read();
                    file.seek(file.length() - 5);
                    file.write(value ^ 1);
                }
            }
            case "empty file" -> Files.write(squares, new byte[0]);
            case "missing file" -> Files.delete(checkpoint.resolve("means.safetensors"));
            case "torn state" -> Files.writeString(checkpoint.resolve("state.json"), "{\"step\": 8, \"sam");
            case "missing state" -> Files.delete(checkpoint.resolve("state.json"));
            case "missing recipe" -> Files.delete(checkpoint.resolve("recipe.yaml"));
            default -> throw new IllegalArgumentException(how);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "truncated last file",
                "flipped bit",
                "empty file",
                "missing file",
                "torn state",
                "missing state",
                "missing recipe"
            })
    void aDamagedNewestCheckpointGivesWayToTheLastWholeOne(String how) throws IOException {
        Recipe straight = tiny.autoencoder("damage-straight");
        if (!Files.exists(Path.of(straight.output()))) {
            Runs.train(straight);
        }
        Recipe recipe = tiny.autoencoder(how.replace(' ', '-'));
        Runs.interrupt(recipe, 8);
        damage(Runs.checkpoint(recipe, 8), how);
        Recorder resumed = Runs.train(recipe);
        assertEquals(4, resumed.only(TrainEvent.Started.class).step());
        TrainEvent.Skipped skipped = resumed.only(TrainEvent.Skipped.class);
        assertTrue(Files.isDirectory(skipped.checkpoint()), "what is left is kept");
        assertEquals("damaged-8", skipped.checkpoint().getFileName().toString());
        assertFalse(skipped.reason().isBlank());
        // Had any tensor of the damaged checkpoint stayed in memory, the end would differ.
        assertEquals(List.of(), Runs.differences(Runs.checkpoint(straight, 12), Runs.checkpoint(recipe, 12)));
        assertEquals(Runs.metrics(straight), Runs.metrics(recipe));
    }

    @Test
    void checkpointsWithoutChecksumsAreCheckedByTheirHeadersBeforeAnythingIsCopied() throws IOException {
        Recipe straight = tiny.autoencoder("old-straight");
        Recipe recipe = tiny.autoencoder("old");
        Runs.train(straight);
        Runs.interrupt(recipe, 8);
        for (long step : new long[] {4, 8}) {
            Files.writeString(Runs.checkpoint(recipe, step).resolve("state.json"), "{\"step\":" + step + "}");
        }
        damage(Runs.checkpoint(recipe, 8), "truncated last file");
        Recorder resumed = Runs.train(recipe);
        assertEquals(4, resumed.only(TrainEvent.Started.class).step());
        assertTrue(resumed.only(TrainEvent.Skipped.class).reason().contains("truncated"));
        assertEquals(List.of(), Runs.differences(Runs.checkpoint(straight, 12), Runs.checkpoint(recipe, 12)));
    }

    @Test
    void aRunWhoseCheckpointsAreAllDamagedIsNotStartedAfresh() throws IOException {
        Recipe recipe = tiny.autoencoder("all-damaged", "steps=4");
        Runs.train(recipe);
        damage(Runs.checkpoint(recipe, 4), "flipped bit");
        for (int attempt = 0; attempt < 2; attempt++) {
            UserException refusal = assertThrows(UserException.class, () -> Runs.train(recipe));
            assertTrue(refusal.getMessage().contains("is whole"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("checksum"), refusal.getMessage());
        }
        assertTrue(Files.exists(Runs.checkpoint(recipe, 4)));
    }

    @Test
    void halfWrittenFoldersOfAKilledRunAreRemoved() throws IOException {
        Recipe recipe = tiny.autoencoder("tidy", "steps=4");
        Path root = Path.of(recipe.output());
        Files.createDirectories(root.resolve(".saving-4"));
        Files.write(root.resolve(".saving-4/weights.safetensors"), new byte[10]);
        Files.createDirectories(root.resolve(".removing-checkpoint-2"));
        Runs.train(recipe);
        try (var entries = Files.list(root)) {
            assertEquals(
                    List.of(
                            ".lock",
                            "checkpoint-4",
                            "metrics.jsonl",
                            "model",
                            "recipe.yaml",
                            "run.log",
                            "samples",
                            "tensorboard"),
                    entries.map(p -> p.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void metricsPastTheCheckpointAndATornLineAreDropped() throws IOException {
        Recipe straight = tiny.autoencoder("metrics-straight");
        Recipe recipe = tiny.autoencoder("metrics");
        Runs.train(straight);
        Runs.interrupt(recipe, 4);
        Files.writeString(
                Path.of(recipe.output()).resolve("metrics.jsonl"),
                "{\"step\":5,\"loss\":99}\n{\"step\":6,\"loss\":98}\n{\"step\":7,\"lo\u00e4",
                StandardOpenOption.APPEND);
        Runs.train(recipe);
        assertEquals(Runs.metrics(straight), Runs.metrics(recipe));
    }

    @Test
    void aRecipeThatChangedIsNamedKeyByKeyAndFreeKeysAreNot() {
        Runs.interrupt(tiny.autoencoder("changed"), 4);
        Recorder resumed = Runs.train(tiny.autoencoder(
                "changed",
                "optimizer.lr=1e-3",
                "data.families=[train, holdout]",
                "steps=6",
                "log_every=2",
                "samples.every=3",
                "checkpoint.keep=5"));
        assertEquals(
                List.of("data.families: [\"train\"] -> [\"train\",\"holdout\"]", "optimizer.lr: 0.002 -> 0.001"),
                resumed.only(TrainEvent.RecipeChanged.class).changes());
        assertEquals(4, resumed.only(TrainEvent.Started.class).step());
    }

    @Test
    void anUnchangedRecipeSaysNothing() {
        Recipe recipe = tiny.autoencoder("unchanged");
        Runs.interrupt(recipe, 4);
        assertEquals(List.of(), Runs.train(recipe).all(TrainEvent.RecipeChanged.class));
    }

    @Test
    void anotherShapeOfModelIsRefusedAndTheCheckpointStays() {
        Runs.interrupt(tiny.autoencoder("shape"), 4);
        Recipe other = tiny.autoencoder("shape", "autoencoder.z_channels=8");
        UserException refusal = assertThrows(UserException.class, () -> Runs.train(other));
        assertTrue(refusal.getMessage().contains("autoencoder.z_channels: 4 -> 8"), refusal.getMessage());
        assertTrue(Files.exists(Runs.checkpoint(other, 4)));
        assertEquals(
                4,
                Runs.train(tiny.autoencoder("shape"))
                        .only(TrainEvent.Started.class)
                        .step());
    }

    @Test
    void turningTheAverageOnStartsItAtTheWeightsAndTurningItOffIgnoresIt() {
        Runs.interrupt(tiny.autoencoder("ema", "ema=0"), 4);
        assertFalse(Files.exists(Runs.checkpoint(tiny.autoencoder("ema"), 4).resolve("average.safetensors")));
        Recorder on = Runs.interrupt(tiny.autoencoder("ema"), 6);
        assertEquals(4, on.only(TrainEvent.Started.class).step());
        assertEquals(
                List.of("ema: 0.0 -> 0.9"),
                on.only(TrainEvent.RecipeChanged.class).changes());
        assertTrue(Files.exists(Runs.checkpoint(tiny.autoencoder("ema"), 6).resolve("average.safetensors")));
        assertEquals(
                6,
                Runs.train(tiny.autoencoder("ema", "ema=0"))
                        .only(TrainEvent.Started.class)
                        .step());
    }
}
