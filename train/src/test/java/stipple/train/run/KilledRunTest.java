package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.torch.UserException;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;

/** Real processes that end in every way a process can. */
class KilledRunTest {
    private static final String[] OFTEN = {"steps=24", "checkpoint.every=2", "samples.every=8"};

    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    @ParameterizedTest
    @CsvSource({"autoencoder,bfloat16", "nextstep,float32"})
    void aRunThatIsKilledAtRandomMomentsEndsWithTheWeightsOfOneThatWasNot(String objective, String dtype)
            throws Exception {
        Path file = tiny.recipeFile(objective, "killed-" + objective);
        Recipe straight = tiny.recipe(objective, "straight-" + objective, with("dtype=" + dtype));
        Runs.train(straight);
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int kills = 0;
        int code = -1;
        while (code != 0) {
            try (ChildRun child = new ChildRun("", file, with("dtype=" + dtype))) {
                int reported = kills < 4 ? random.nextInt(1, 16) : Integer.MAX_VALUE;
                boolean alive = true;
                for (int i = 0; i < reported && alive; i++) {
                    alive = child.line() != null;
                }
                if (alive) {
                    // Into the middle of a step, of a save, of a drawing.
                    Thread.sleep(random.nextInt(40));
                    child.kill();
                    kills++;
                } else {
                    code = child.end();
                    assertEquals(0, code, "seed " + seed + ": " + child.lines());
                }
            }
        }
        Recipe killed = tiny.recipe(objective, "killed-" + objective, with("dtype=" + dtype));
        assertTrue(kills > 0, "seed " + seed);
        assertEquals(
                List.of(),
                Runs.differences(Runs.checkpoint(straight, 24), Runs.checkpoint(killed, 24)),
                "seed " + seed);
        assertEquals(Runs.metrics(straight), Runs.metrics(killed), "seed " + seed);
    }

    private static String[] with(String override) {
        String[] all = java.util.Arrays.copyOf(OFTEN, OFTEN.length + 1);
        all[OFTEN.length] = override;
        return all;
    }

    @Test
    void aSecondProcessIsKeptOutAndSigtermSavesWithinAStepAndExits130() throws Exception {
        Path file = tiny.nextStepFile("terminated");
        String[] endless = {"steps=1000000", "checkpoint.every=1000000", "samples.every=1000000"};
        Recipe recipe = tiny.nextStep("terminated", endless);
        try (ChildRun child = new ChildRun("", file, endless)) {
            child.await("step 3");
            UserException refusal = assertThrows(UserException.class, () -> Runs.train(recipe));
            assertTrue(refusal.getMessage().contains("Another run (process "), refusal.getMessage());
            child.terminate();
            assertEquals(130, child.end());
            List<String> after = child.lines()
                    .subList(
                            child.lines().indexOf("stopping") + 1, child.lines().size());
            long steps = after.stream().filter(l -> l.startsWith("step ")).count();
            assertTrue(steps <= 1, () -> "more than the step it was in: " + after);
            String finished = after.getLast();
            assertTrue(finished.startsWith("finished "), after::toString);
            long step = Long.parseLong(finished.substring("finished ".length()));
            assertTrue(Files.isDirectory(Runs.checkpoint(recipe, step)));
            Recorder next = Runs.interrupt(recipe, step + 1);
            assertEquals(step, next.only(TrainEvent.Started.class).step());
        }
    }

    @Test
    void aFullDiskIsReportedInOneLineAndEndsTheRunOnlyTheSecondTime() throws Exception {
        Path file = tiny.autoencoderFile("full");
        Recipe recipe = tiny.autoencoder("full", "steps=12");
        Runs.interrupt(recipe, 4);
        // No file may grow past 300 KiB, which is less than the weights: writing them fails as on a full disk.
        try (ChildRun child = new ChildRun("ulimit -f 600;", file, "steps=1000")) {
            assertEquals(2, child.end(), () -> child.lines().toString());
            List<String> unsaved =
                    child.lines().stream().filter(l -> l.startsWith("unsaved ")).toList();
            assertEquals(1, unsaved.size(), () -> child.lines().toString());
            assertTrue(unsaved.getFirst().startsWith("unsaved 8 Cannot write "), unsaved::toString);
            assertTrue(child.lines().contains("step 12"), "it goes on to the next save");
            String last = child.lines().getLast();
            assertTrue(last.startsWith("refused Two checkpoints in a row could not be saved"), last);
            assertTrue(last.endsWith("that of step 4 is on disk"), last);
        }
        assertNothingHalfWritten(Path.of(recipe.output()));
        assertEquals(4, Runs.train(recipe).only(TrainEvent.Started.class).step());
    }

    private static void assertNothingHalfWritten(Path root) throws IOException {
        try (var entries = Files.list(root)) {
            assertFalse(entries.anyMatch(p -> p.getFileName().toString().startsWith(".saving")));
        }
    }
}
