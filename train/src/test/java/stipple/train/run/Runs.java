package stipple.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.train.Objectives;
import stipple.train.log.JsonLines;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;

/** Runs recipes inside the test and compares what they left. */
final class Runs {
    private Runs() {}

    /** Trains to the end. */
    static Recorder train(Recipe recipe) {
        Recorder recorder = new Recorder();
        try (Objective objective = Objectives.of(recipe);
                Trainer trainer = new Trainer(recipe, objective, recorder)) {
            trainer.run();
        }
        return recorder;
    }

    /** Trains until the progress of a step was reported, then stops as Ctrl-C does. */
    static Recorder interrupt(Recipe recipe, long atStep) {
        Recorder recorder = new Recorder();
        try (Objective objective = Objectives.of(recipe);
                Trainer trainer = new Trainer(recipe, objective, recorder)) {
            recorder.react(event -> {
                if (event instanceof TrainEvent.Progress p && p.step() == atStep) {
                    trainer.requestStop();
                }
            });
            trainer.run();
        }
        return recorder;
    }

    static Path checkpoint(Recipe recipe, long step) {
        return Path.of(recipe.output()).resolve("checkpoint-" + step);
    }

    /** The files of two checkpoints that hold tensors and differ in any bit. */
    static List<String> differences(Path a, Path b) throws IOException {
        List<String> different = new ArrayList<>();
        for (String name : List.of("weights", "means", "squares", "average")) {
            String file = name + ".safetensors";
            if (Files.mismatch(a.resolve(file), b.resolve(file)) >= 0) {
                different.add(file);
            }
        }
        return different;
    }

    /** The lines of a run's metrics without what depends on the time of day. */
    static List<String> metrics(Recipe recipe) {
        List<String> timed = List.of(
                "samples_per_s",
                "tokens_per_s",
                "tflops",
                "mfu",
                "data_wait",
                "resident_bytes",
                "utilisation",
                "rollout_utilisation",
                "update_utilisation",
                "rollout_share",
                "overlap",
                "rollout_pictures_per_s");
        List<String> lines = new ArrayList<>();
        for (ObjectNode line : JsonLines.read(Path.of(recipe.output()).resolve("metrics.jsonl"))) {
            line.remove(timed);
            lines.add(line.toString());
        }
        return lines;
    }
}
