package stipple.train.rl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.train.TinyRuns;
import stipple.train.TrainingRun;
import stipple.train.recipe.Recipe;

/** Recipes that teach a tiny model to draw bright pictures. */
record TinyGrpo(TinyRuns runs, Path base, Path prompts) {
    private static final String[] SETTINGS = {
        "objective=grpo",
        "grpo.group=3",
        "grpo.steps=4",
        "grpo.min_std=0",
        "rewards=[{kind: pixels, name: bright, options: {rule: brightness}}, {kind: pixels, name: colourful, weight: 0, options: {rule: colourfulness}}]",
        "batch=2",
        "steps=6",
        "ema=0",
        "checkpoint.every=2",
        "checkpoint.keep=5",
        "samples.every=6",
        "data.families=[]",
        "samples.prompts=[]"
    };

    /** Trains the model that all recipes start from. */
    static TinyGrpo in(Path folder) throws IOException {
        TinyRuns runs = TinyRuns.in(folder);
        Path base = TrainingRun.of(runs.nextStep("base", "steps=2", "samples.prompts=[]"))
                .model();
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a red square\n\na blue disc\na black bar\n");
        return new TinyGrpo(runs, base, prompts);
    }

    Recipe recipe(String output, String... more) {
        List<String> all = new ArrayList<>(List.of(SETTINGS));
        all.add("nextstep.init=" + base);
        all.add("grpo.prompts=" + prompts);
        all.addAll(List.of(more));
        return runs.nextStep(output, all.toArray(String[]::new));
    }
}
