package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;

/** A real process that is killed between two updates of one sampling. */
class KilledGrpoTest {
    @TempDir
    private Path temp;

    @Test
    void aKilledRunOfSeveralUpdatesPerSamplingEndsWithTheWeightsOfOneThatWasNot() throws Exception {
        TinyRuns tiny = TinyRuns.in(temp);
        Recipe base = tiny.nextStep("base", "steps=1", "samples.prompts=[]");
        Runs.train(base);
        Path prompts = Files.writeString(temp.resolve("prompts.txt"), "a red square\na blue disc\n");
        String[] grpo = {
            "objective=grpo",
            "nextstep.init=" + Path.of(base.output()).resolve("model"),
            "grpo.prompts=" + prompts,
            "grpo.group=3",
            "grpo.steps=4",
            "grpo.min_std=0",
            "grpo.updates=3",
            "rewards=[{kind: pixels, options: {rule: brightness}}]",
            "steps=8",
            "checkpoint.every=1",
            "samples.every=8",
            "data.families=[]",
            "samples.prompts=[]"
        };
        Recipe straight = tiny.nextStep("straight", grpo);
        Runs.train(straight);
        Recipe killed = tiny.nextStep("killed", grpo);
        Path file = tiny.nextStepFile("killed");
        try (ChildRun child = new ChildRun("", file, grpo)) {
            child.await("saved 5");
            child.kill();
        }
        try (ChildRun child = new ChildRun("", file, grpo)) {
            child.await("started ");
            assertEquals(0, child.end(), () -> child.lines().toString());
        }
        assertEquals(List.of(), Runs.differences(Runs.checkpoint(straight, 8), Runs.checkpoint(killed, 8)));
        assertEquals(Runs.metrics(straight), Runs.metrics(killed));
    }
}
