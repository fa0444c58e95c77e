package stipple.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.torch.Tensor;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;
import stipple.train.run.Trainer;

/**
 * A training run in this process.
 *
 * @param model the folder that a finished run writes
 * @param heard what the trainer said
 */
public record TrainingRun(Path model, List<TrainEvent> heard) {
    /** Trains to the end, from where an earlier run of the recipe was stopped. */
    public static TrainingRun of(Recipe recipe) {
        return until(recipe, Long.MAX_VALUE);
    }

    /** Trains until a step and stops there, as Ctrl-C would. */
    public static TrainingRun until(Recipe recipe, long step) {
        List<TrainEvent> heard = new ArrayList<>();
        try (Objective objective = Objectives.of(recipe)) {
            Trainer[] started = new Trainer[1];
            try (Trainer trainer = new Trainer(recipe, objective, event -> {
                heard.add(event);
                if (event instanceof TrainEvent.Progress progress && progress.step() == step) {
                    started[0].requestStop();
                }
            })) {
                started[0] = trainer;
                trainer.run();
            }
        }
        return new TrainingRun(Path.of(recipe.output()).resolve("model"), heard);
    }

    /** The steps that were reported. */
    public List<TrainEvent.Progress> steps() {
        return heard.stream()
                .filter(TrainEvent.Progress.class::isInstance)
                .map(TrainEvent.Progress.class::cast)
                .toList();
    }

    /** What was measured last. */
    public Map<String, Double> measured() {
        return heard.stream()
                .filter(TrainEvent.Evaluated.class::isInstance)
                .map(event -> ((TrainEvent.Evaluated) event).figures())
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /**
     * Asserts that a run that is interrupted ends with the bits of one that is not, and that neither leaves a tensor behind.
     *
     * @param broken the same recipe with another output
     * @param at the step after which it is interrupted
     * @param end the last checkpoint of both
     */
    public static void assertGoesOn(Recipe straight, Recipe broken, int at, String end) throws IOException {
        long before = Tensor.live();
        of(straight);
        assertEquals(before, Tensor.live());
        until(broken, at);
        of(broken);
        assertSameState(straight, broken, end, "weights", "means", "squares");
    }

    /** Fails unless two runs ended with the same bits. */
    public static void assertSameState(Recipe one, Recipe other, String checkpoint, String... files)
            throws IOException {
        for (String file : files) {
            String path = checkpoint + "/" + file + ".safetensors";
            assertEquals(
                    -1,
                    Files.mismatch(
                            Path.of(one.output()).resolve(path),
                            Path.of(other.output()).resolve(path)),
                    file);
        }
    }
}
