package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;
import stipple.train.state.RunFolder;
import stipple.train.state.RunState;

class TrainerTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    private static Recorder train(Recipe recipe, ToyObjective toy, RunFolder folder) {
        Recorder recorder = new Recorder();
        try (toy;
                Trainer trainer = new Trainer(recipe, toy, recorder, folder)) {
            trainer.run();
        }
        return recorder;
    }

    private static Recorder train(Recipe recipe, ToyObjective toy) {
        return train(recipe, toy, new RunFolder(Path.of(recipe.output())));
    }

    private static Set<String> checkpoints(Recipe recipe) throws IOException {
        try (var entries = Files.list(Path.of(recipe.output()))) {
            Set<String> names = new TreeSet<>();
            entries.map(p -> p.getFileName().toString())
                    .filter(n -> n.startsWith("checkpoint-"))
                    .forEach(names::add);
            return names;
        }
    }

    @Test
    void theNewestCheckpointsAndTheBestOneAreKeptAndTheBestIsExported() throws IOException {
        Recipe recipe =
                tiny.autoencoder("best", "steps=8", "checkpoint.every=1", "checkpoint.best=score", "samples.every=1");
        Recorder run = train(recipe, new ToyObjective(w -> w.square().sum(), 1., 5., 9., 3., 9., 2., 1., 1.));
        assertEquals(Set.of("checkpoint-3", "checkpoint-7", "checkpoint-8"), checkpoints(recipe));
        List<Long> bests = run.all(TrainEvent.Evaluated.class).stream()
                .filter(TrainEvent.Evaluated::best)
                .map(TrainEvent.Evaluated::step)
                .toList();
        assertEquals(List.of(1L, 2L, 3L), bests, "the fifth is as good but not better");
        JsonNode state = new ObjectMapper()
                .readTree(Runs.checkpoint(recipe, 8).resolve("state.json").toFile());
        assertEquals(3, state.path("best").path("step").asLong());
        assertEquals(16, state.path("samples").asLong());
        TrainEvent.Finished finished = run.only(TrainEvent.Finished.class);
        try (SafetensorsFile best = SafetensorsFile.open(finished.best().resolve("model.safetensors"));
                SafetensorsFile kept =
                        SafetensorsFile.open(Runs.checkpoint(recipe, 3).resolve("average.safetensors"))) {
            assertEquals(
                    -1,
                    best.tensors()
                            .get("w")
                            .data()
                            .mismatch(kept.tensors().get("w").data()));
        }
        assertTrue(Files.mismatch(
                        finished.best().resolve("model.safetensors"),
                        finished.model().resolve("model.safetensors"))
                >= 0);
    }

    @Test
    void anErrorIsBestWhenItIsLowestAndTheBestIsSavedBetweenCheckpoints() throws IOException {
        Recipe recipe = tiny.autoencoder(
                "lowest",
                "steps=6",
                "checkpoint.every=6",
                "checkpoint.keep=1",
                "checkpoint.best=error",
                "samples.every=2");
        train(recipe, new ToyObjective(w -> w.square().sum(), 5., 1., 3.));
        assertEquals(Set.of("checkpoint-4", "checkpoint-6"), checkpoints(recipe));
    }

    @Test
    void theBestSurvivesAnInterruption() throws IOException {
        String[] settings = {"steps=8", "checkpoint.every=1", "checkpoint.best=score", "samples.every=1"};
        Recipe recipe = tiny.autoencoder("best-resumed", settings);
        Recorder first = new Recorder();
        ToyObjective toy = new ToyObjective(w -> w.square().sum(), 1., 9., 3., 3.);
        try (toy;
                Trainer trainer = new Trainer(recipe, toy, first)) {
            first.react(e -> {
                if (e instanceof TrainEvent.Saved s && s.step() == 4) {
                    trainer.requestStop();
                }
            });
            trainer.run();
        }
        Recorder second = train(recipe, new ToyObjective(w -> w.square().sum(), 4., 4., 4., 4.));
        assertTrue(second.all(TrainEvent.Evaluated.class).stream().noneMatch(TrainEvent.Evaluated::best));
        assertTrue(checkpoints(recipe).contains("checkpoint-2"));
    }

    @Test
    void anUnknownFigureIsRefusedBeforeTraining() {
        Recipe recipe = tiny.autoencoder("unknown-figure", "checkpoint.best=fid");
        try (ToyObjective toy = new ToyObjective(Tensor::sum)) {
            UserException refusal = assertThrows(UserException.class, () -> new Trainer(recipe, toy, event -> {}));
            assertEquals(
                    "Recipe: checkpoint.best 'fid' is no figure of this objective; use error or score",
                    refusal.getMessage());
        }
        assertFalse(Files.exists(Path.of(recipe.output())));
    }

    /** A folder whose disk is full at some steps. */
    private static RunFolder fullAt(Recipe recipe, Long... steps) {
        return new RunFolder(Path.of(recipe.output())) {
            @Override
            public void save(RunState state, String text, Consumer<Path> writer) {
                if (List.of(steps).contains(state.step())) {
                    throw new UserException("Cannot write: No space left on device");
                }
                super.save(state, text, writer);
            }
        };
    }

    @Test
    void oneFailedSaveIsReportedAndTheNextMakesUpForIt() throws IOException {
        Recipe recipe = tiny.autoencoder("failed-save", "steps=8", "checkpoint.every=2");
        Recorder run = train(recipe, new ToyObjective(w -> w.square().sum()), fullAt(recipe, 2L, 6L));
        assertEquals(2, run.all(TrainEvent.SaveFailed.class).size());
        assertEquals(
                List.of(4L, 8L),
                run.all(TrainEvent.Saved.class).stream()
                        .map(TrainEvent.Saved::step)
                        .toList());
        assertTrue(run.only(TrainEvent.Finished.class).completed());
        assertEquals(Set.of("checkpoint-4", "checkpoint-8"), checkpoints(recipe));
    }

    @Test
    void aBestThatCouldNotBeSavedIsNotTheBest() throws IOException {
        Recipe recipe = tiny.autoencoder(
                "failed-best", "steps=3", "checkpoint.every=1", "checkpoint.best=score", "samples.every=1");
        train(recipe, new ToyObjective(w -> w.square().sum(), 3., 9., 5.), fullAt(recipe, 2L));
        JsonNode state = new ObjectMapper()
                .readTree(Runs.checkpoint(recipe, 3).resolve("state.json").toFile());
        assertEquals(5, state.path("best").path("value").asDouble(), "of those that are on disk");
    }

    @Test
    void twoFailedSavesInARowEndTheRunAndNameTheLastCheckpoint() {
        Recipe recipe = tiny.autoencoder("failed-saves", "steps=8", "checkpoint.every=2");
        UserException end = assertThrows(
                UserException.class,
                () -> train(recipe, new ToyObjective(w -> w.square().sum()), fullAt(recipe, 4L, 6L)));
        assertEquals(
                "Two checkpoints in a row could not be saved: Cannot write: No space left on device; "
                        + "that of step 2 is on disk",
                end.getMessage());
    }

    @Test
    void aLastCheckpointThatCannotBeSavedIsAFailureButTheModelIsThere() {
        Recipe recipe = tiny.autoencoder("failed-last", "steps=4", "checkpoint.every=4");
        assertThrows(
                UserException.class,
                () -> train(recipe, new ToyObjective(w -> w.square().sum()), fullAt(recipe, 4L)));
        assertTrue(Files.exists(Path.of(recipe.output()).resolve("model/model.safetensors")));
    }

    @Test
    void aGradientThatIsNotFiniteStopsTheRunBeforeTheWeightsChange() throws IOException {
        Recipe recipe = tiny.autoencoder("nan-gradient", "checkpoint.every=1", "ema=0");
        // The root has no slope at zero; its loss is finite.
        UserException end = assertThrows(
                UserException.class,
                () -> train(
                        recipe, new ToyObjective(w -> w.sub(w).square().sum().sqrt())));
        assertTrue(end.getMessage().startsWith("At step 0 the norm of the gradient is NaN"), end.getMessage());
        assertTrue(Files.exists(Path.of(recipe.output()).resolve("nonfinite-0/batch.json")));
        String words = Files.readString(Path.of(recipe.output()).resolve("run.log"));
        assertTrue(words.endsWith("step 0  training failed: " + end.getMessage() + "\n"), words);
    }

    @Test
    void aRunThatDivergesKeepsItsBatchAndItsLastCheckpoint() throws IOException {
        Recipe recipe = tiny.nextStep("diverges", "optimizer.lr=1e19", "optimizer.warmup=0", "checkpoint.every=1");
        UserException end = assertThrows(UserException.class, () -> Runs.train(recipe));
        assertTrue(end.getMessage().matches("At step \\d+ the .* is .*the batch is kept in .*"), end.getMessage());
        Path kept = Path.of(end.getMessage().replaceAll(".*kept in (\\S+)\\. .*", "$1"));
        JsonNode batch = new ObjectMapper().readTree(kept.resolve("batch.json").toFile());
        assertEquals(2, batch.path("positions").size());
        assertTrue(batch.path("samples").get(0).path("caption").asText().length() > 2);
        assertTrue(batch.path("samples").get(0).path("ids").size() > 5);
        assertTrue(Files.size(kept.resolve("pictures.png")) > 100);
        try (SafetensorsFile tensors = SafetensorsFile.open(kept.resolve("tensors.safetensors"))) {
            assertEquals(Set.of("pixels", "image_tokens"), tensors.tensors().keySet());
        }
        assertFalse(checkpoints(recipe).isEmpty());
    }

    @Test
    void aFolderIsOpenToTheNextRunOnceTheFirstIsOver() {
        Recipe recipe = tiny.autoencoder("locked", "steps=2");
        Recorder recorder = new Recorder();
        try (ToyObjective toy = new ToyObjective(w -> w.square().sum());
                Trainer trainer = new Trainer(recipe, toy, recorder)) {
            recorder.react(event -> {
                if (event instanceof TrainEvent.Progress) {
                    UserException refusal = assertThrows(
                            UserException.class,
                            () -> train(recipe, new ToyObjective(w -> w.square().sum())));
                    assertTrue(refusal.getMessage().contains("is training into"), refusal.getMessage());
                }
            });
            trainer.run();
        }
        train(
                tiny.autoencoder("locked", "steps=4"),
                new ToyObjective(w -> w.square().sum()));
    }

    @Test
    void whatCannotBeDrawnIsReportedAndTheTrainingGoesOn() throws IOException {
        Recipe recipe = tiny.nextStep("undrawable", "steps=2", "samples.every=1");
        Path samples = Path.of(recipe.output()).resolve("samples");
        Files.createDirectories(samples.getParent());
        Files.writeString(samples, "a file where the folder should be");
        Recorder run = Runs.train(recipe);
        assertEquals(2, run.all(TrainEvent.Trouble.class).size());
        assertTrue(run.only(TrainEvent.Finished.class).completed());
    }
}
