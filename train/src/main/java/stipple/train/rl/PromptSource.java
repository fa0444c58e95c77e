package stipple.train.rl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.data.source.DataSets;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;
import stipple.train.data.SkinTones;
import stipple.train.recipe.DataRecipe;
import stipple.train.recipe.GrpoRecipe;

/**
 * Prompts by the name that a recipe gives them: {@code composition} for those of that domain, a file with one on each line, or a
 * family of {@code data.shards}, of whose samples it is the first caption.
 *
 * @param key of the recipe, for messages
 * @param name as the recipe has it
 * @param data the recipe's section, which may name shards
 */
record PromptSource(String key, String name, DataRecipe data) {
    /** Of the composition domain: those that no training sees, of all classes in turns. */
    List<String> heldOut() {
        return composition() ? inTurns(ScenePrompts::test) : listed();
    }

    /** At most so many held-out ones: of the composition domain the first, of others some spread evenly. */
    List<String> heldOut(int most) {
        List<String> all = heldOut();
        int n = Math.min(most, all.size());
        return composition()
                ? all.subList(0, n)
                : IntStream.range(0, n)
                        .mapToObj(i -> all.get((int) ((long) i * all.size() / n)))
                        .toList();
    }

    /** The lines of the file, or the captions of the family. */
    List<String> listed() {
        Path file = Path.of(name);
        return Files.isRegularFile(file) ? lines(file) : captions();
    }

    private boolean composition() {
        return name.equals(GrpoRecipe.COMPOSITION);
    }

    /** Prompts of all classes, one of each in turns. */
    static List<String> inTurns(Function<SceneClass, List<ScenePrompt>> prompts) {
        List<List<String>> classes = Stream.of(SceneClass.values())
                .map(type -> texts(prompts.apply(type)))
                .toList();
        List<String> all = new ArrayList<>();
        int most = classes.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < most; i++) {
            for (List<String> one : classes) {
                if (i < one.size()) {
                    all.add(one.get(i));
                }
            }
        }
        return all;
    }

    static List<String> texts(List<ScenePrompt> prompts) {
        return prompts.stream().map(ScenePrompt::text).toList();
    }

    private static List<String> lines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (lines.isEmpty()) {
                throw new UserException(file + " has no prompts");
            }
            return lines;
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private List<String> captions() {
        String what = "Recipe: " + key + ": no prompts at " + name
                + "; give 'composition', a text file with a prompt on each" + " line, or a family of data.shards";
        if (data.shards() == null) {
            throw new UserException(what + ", which is left out");
        }
        List<String> captions;
        try {
            SampleSource samples = DataSets.open(Path.of(data.shards()), name);
            captions = IntStream.range(0, samples.size())
                    .mapToObj(samples::json)
                    .filter(json -> data.skinTones() || !SkinTones.shown(json))
                    .map(PromptSource::caption)
                    .filter(caption -> !caption.isBlank())
                    .distinct()
                    .toList();
        } catch (DataException e) {
            throw new UserException(what + ": " + e.getMessage(), e);
        }
        if (captions.isEmpty()) {
            throw new UserException("Recipe: " + key + ": " + name + " of " + data.shards() + " has no captions");
        }
        return captions;
    }

    private static String caption(JsonNode json) {
        return json.path("caption").path(0).asText("");
    }
}
