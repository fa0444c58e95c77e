package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;
import stipple.train.TinyRuns;
import stipple.train.board.EventsTest;
import stipple.train.recipe.Recipe;

class RunLogTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    private static List<List<Event>> eventFiles(Recipe recipe) throws IOException {
        List<Path> files;
        try (var entries = Files.list(Path.of(recipe.output()).resolve("tensorboard"))) {
            files = entries.sorted().toList();
        }
        List<List<Event>> events = new ArrayList<>();
        for (Path file : files) {
            assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
            events.add(EventsTest.read(Files.readAllBytes(file)));
        }
        return events;
    }

    /** How the run says that it ended, without the time. */
    private static String lastWords(Recipe recipe) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(recipe.output()).resolve("run.log"));
        return lines.getLast().substring(lines.getLast().indexOf("step "));
    }

    @Test
    void aRunWritesEventFilesWithScalarsGridsAndDistributionsAndAResumedOneVoidsLaterSteps() throws IOException {
        Recipe recipe = tiny.nextStep("events", "steps=6", "samples.every=3", "checkpoint.every=3");
        Runs.interrupt(recipe, 4);
        assertEquals("step 4  training was stopped", lastWords(recipe));
        Runs.train(recipe);
        assertEquals("step 6  all steps are done", lastWords(recipe));
        List<List<Event>> files = eventFiles(recipe);
        assertEquals(2, files.size());
        for (List<Event> events : files) {
            assertEquals("brain.Event:2", events.getFirst().getFileVersion());
            assertEquals(
                    SessionLog.SessionStatus.START,
                    events.get(1).getSessionLog().getStatus());
        }
        assertEquals(0, files.getFirst().get(1).getStep());
        assertEquals(4, files.getLast().get(1).getStep());

        Set<String> tags = new TreeSet<>();
        List<Float> losses = new ArrayList<>();
        for (Event event : files.getFirst()) {
            for (Summary.Value value : event.getSummary().getValueList()) {
                tags.add(value.getTag());
                switch (value.getTag()) {
                    case "loss/total" -> losses.add(value.getSimpleValue());
                    case "samples" -> {
                        byte[] grid =
                                Files.readAllBytes(Path.of(recipe.output()).resolve("samples/0000003.png"));
                        assertEquals(
                                grid.length,
                                value.getImage().getEncodedImageString().size());
                        assertEquals(3, event.getStep());
                    }
                    case "weights/layers", "norms/gradients", "norms/weights" ->
                        assertTrue(value.getHisto().getNum() > 10, value.getTag());
                    default -> {
                        // The rest is in the set.
                    }
                }
            }
        }
        assertEquals(4, losses.size());
        assertTrue(
                tags.containsAll(Set.of(
                        "loss/total",
                        "loss/image",
                        "loss/text",
                        "optimizer/lr",
                        "optimizer/grad_norm",
                        "speed/samples_per_s",
                        "speed/mfu",
                        "speed/resident_gib",
                        "eval/image",
                        "samples",
                        "weights/embed_tokens",
                        "weights/layers",
                        "weights/image_head",
                        "norms/weights",
                        "norms/gradients")),
                tags::toString);
    }
}
