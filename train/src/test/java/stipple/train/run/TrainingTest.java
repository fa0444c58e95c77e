package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.generate.Generation;
import stipple.model.generate.GenerationEngine;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.image.PixelImage;
import stipple.model.load.LoadOptions;
import stipple.model.load.LoadedAutoencoder;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;

class TrainingTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    @Test
    void theImageTokenizerLearnsAndIsExportedInTheReleasedLayout() {
        Recipe recipe = tiny.autoencoder("learns", "steps=40", "log_every=10", "samples.every=40");
        Recorder run = Runs.train(recipe);
        List<TrainEvent.Progress> lines = run.all(TrainEvent.Progress.class);
        assertEquals(4, lines.size());
        assertTrue(lines.getLast().loss() < 0.8 * lines.getFirst().loss(), lines::toString);
        TrainEvent.Finished finished = run.only(TrainEvent.Finished.class);
        assertTrue(finished.completed());
        assertNull(finished.best());
        try (LoadedAutoencoder loaded = LoadedAutoencoder.load(finished.model(), DType.F32, Device.CPU)) {
            assertEquals(4, loaded.network().config().zChannels());
        }
    }

    @Test
    void theModelLearnsAndItsExportIsACheckpointThatDraws() {
        Recipe recipe = tiny.nextStep("draws", "steps=60", "log_every=15", "samples.every=60");
        Recorder run = Runs.train(recipe);
        List<TrainEvent.Progress> lines = run.all(TrainEvent.Progress.class);
        assertTrue(lines.getLast().loss() < 0.9 * lines.getFirst().loss(), lines::toString);
        assertTrue(Files.isRegularFile(Path.of(recipe.output()).resolve("samples/0000060.png")));
        Path model = run.only(TrainEvent.Finished.class).model();
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(model, LoadOptions.DEFAULT)) {
            GenerationRequest request = GenerationRequest.with(
                            checkpoint.config().generation())
                    .prompt("a red square, flat style")
                    .build();
            PixelImage picture = null;
            try (Generation generation = new GenerationEngine(checkpoint).generate(request)) {
                while (generation.hasNext()) {
                    if (generation.next() instanceof GenerationEvent.PictureFinished done) {
                        picture = done.image();
                    }
                }
            }
            assertEquals(32, picture.width());
            assertEquals(32, picture.height());
        }
    }

    @Test
    void what_a_run_measured_at_its_end_is_measured_again_from_the_model_that_it_wrote() {
        Recipe recipe = tiny.nextStep("measured", "steps=3", "samples.every=3", "ema=0");
        Recorder run = Runs.train(recipe);
        Map<String, Double> atTheEnd =
                run.all(TrainEvent.Evaluated.class).getLast().figures();
        Path model = run.only(TrainEvent.Finished.class).model();
        Map<String, Double> again = Objectives.measure(tiny.nextStep("measured-again", "nextstep.init=" + model));
        assertEquals(atTheEnd.keySet(), again.keySet());
        atTheEnd.forEach((name, value) -> assertEquals(value, again.get(name), 1e-6, name));
        assertFalse(Files.exists(temp.resolve("measured-again")));
        Map<String, Double> untrained = Objectives.measure(tiny.nextStep("untrained"));
        assertTrue(Math.abs(untrained.get("image") - again.get("image")) > 1e-6, untrained::toString);
        UserException nothing = assertThrows(
                UserException.class, () -> Objectives.measure(tiny.nextStep("nothing", "data.holdout=null")));
        assertTrue(nothing.getMessage().contains("hold"), nothing.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"autoencoder", "nextstep"})
    void everyStepIsLoggedWithLossesSpeedAndMemory(String objective) {
        Recipe recipe = tiny.recipe(objective, "logged-" + objective, "steps=3", "checkpoint.every=3");
        Recorder run = Runs.train(recipe);
        for (TrainEvent.Progress line : run.all(TrainEvent.Progress.class)) {
            assertTrue(line.loss() > 0, line::toString);
            assertEquals(objective.equals("nextstep") ? 2 : 3, line.parts().size());
            assertTrue(line.gradientNorm() > 0, line::toString);
            // No upper bound: the peak is measured once, and what else runs meanwhile makes it too small.
            assertTrue(line.speed().flops() > 0 && line.speed().utilization() > 0, line::toString);
            assertTrue(line.residentBytes() > 50L << 20, line::toString);
        }
        assertEquals(4, Runs.metrics(recipe).size(), "three steps and one evaluation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"autoencoder", "nextstep"})
    void twentyStepsLeaveNoTensorBehind(String name) {
        Recipe recipe = tiny.recipe(name, "leak-" + name, "steps=100", "accumulate=2");
        long before = Tensor.live();
        try (Objective objective = Objectives.of(recipe);
                TrainStep step = new TrainStep(recipe, objective)) {
            step.run(0);
            long after = Tensor.live();
            for (int i = 1; i <= 20; i++) {
                step.run(i);
            }
            assertEquals(after, Tensor.live());
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void drawingMeasuringAndSavingLeaveNoTensorBehind() {
        Recipe model = tiny.nextStep("leak-run", "steps=4", "samples.every=2", "checkpoint.every=2");
        long before = Tensor.live();
        Runs.train(model);
        Runs.train(tiny.autoencoder("leak-run-ae", "steps=4", "samples.every=2", "checkpoint.every=2"));
        assertEquals(before, Tensor.live());
    }

    @Test
    void aFinishedRunThatIsStartedAgainOnlyExportsOnceMore() throws IOException {
        Recipe recipe = tiny.autoencoder("again", "steps=4");
        Runs.train(recipe);
        Files.delete(Path.of(recipe.output()).resolve("model/config.json"));
        Recorder second = Runs.train(recipe);
        assertTrue(second.all(TrainEvent.Progress.class).isEmpty());
        assertTrue(second.all(TrainEvent.Saved.class).isEmpty());
        assertTrue(Files.exists(second.only(TrainEvent.Finished.class).model().resolve("config.json")));
        assertFalse(Runs.metrics(recipe).isEmpty());
    }
}
