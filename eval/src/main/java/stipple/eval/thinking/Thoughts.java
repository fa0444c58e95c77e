package stipple.eval.thinking;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import stipple.data.composition.ScenePrompt;
import stipple.model.files.JsonJournal;
import stipple.model.files.JsonObjectFile;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.think.TextSettings;
import stipple.model.think.ThinkMode;
import stipple.model.think.Thinker;

/** What is thought in one way before drawing, kept in {@value #FILE} so that a study that goes on thinks nothing twice. */
final class Thoughts {
    /** Name of the journal in the folder of the way. */
    static final String FILE = "thoughts.jsonl";

    /** The seeds of the thoughts of one coordinated effort lie within this. */
    private static final long APART = 1000;

    private final Arm arm;
    private final ThinkMode mode;
    private final Thinker thinker;
    private final JsonJournal journal;
    private final Map<String, Written> known = new HashMap<>();

    /**
     * What was written.
     *
     * @param text without its marks
     * @param tokens written on the way
     * @param complete whether the model brought it to an end
     */
    record Written(String text, int tokens, boolean complete) {}

    /**
     * Goes on with what the folder holds.
     *
     * @param arm one that thinks
     * @param text how
     */
    Thoughts(Arm arm, NextStepCheckpoint checkpoint, TextSettings text, Path folder) {
        this.arm = arm;
        mode = arm.mode().orElseThrow();
        thinker = new Thinker(checkpoint, mode, text);
        journal = JsonJournal.open(folder.resolve(FILE));
        for (JsonNode line : journal.lines()) {
            known.put(
                    key(line.path("prompt").asText(), line.path("seed").asLong()),
                    new Written(
                            line.path("text").asText(),
                            line.path("tokens").asInt(),
                            line.path("complete").asBoolean()));
        }
    }

    private static String key(String prompt, long seed) {
        return seed + "|" + prompt;
    }

    /** What is thought of a prompt with a seed. */
    Written of(ScenePrompt prompt, long seed) {
        return known.computeIfAbsent(key(prompt.text(), seed), key -> {
            Thinker.Coordinated result = arm.effort().isPresent()
                    ? thinker.coordinate(prompt.text(), arm.effort().get(), seed * APART)
                    : thinker.once(prompt.text(), seed);
            Written written = new Written(
                    result.thought().text(), result.tokens(), result.thought().complete());
            journal.add(JsonObjectFile.newObject()
                    .put("id", prompt.id())
                    .put("prompt", prompt.text())
                    .put("seed", seed)
                    .put("tokens", written.tokens())
                    .put("complete", written.complete())
                    .put("text", written.text()));
            return written;
        });
    }

    /** What is drawn then; a thought without an end is left out. */
    String asked(ScenePrompt prompt, Written written) {
        return written.complete() ? mode.prompt(prompt.text(), written.text()) : prompt.text();
    }
}
