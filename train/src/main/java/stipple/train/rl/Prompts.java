package stipple.train.rl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** The prompts of a run: those of the composition domain, or a file with one on each line. */
final class Prompts {
    private static final String COMPOSITION = "composition";

    private Prompts() {}

    /** Prompts to train on: of the composition domain, combinations that its training sets show too. */
    static List<String> training(String source) {
        return source.equals(COMPOSITION) ? composition(false) : lines(Path.of(source));
    }

    /** Prompts to measure on: of the composition domain, combinations that no training sees; classes take turns. */
    static List<String> heldOut(String source, int most) {
        List<String> all = source.equals(COMPOSITION) ? composition(true) : lines(Path.of(source));
        return all.subList(0, Math.min(most, all.size()));
    }

    private static List<String> composition(boolean test) {
        List<List<ScenePrompt>> classes = new ArrayList<>();
        for (SceneClass type : SceneClass.values()) {
            classes.add(test ? ScenePrompts.test(type) : ScenePrompts.seen(type));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < ScenePrompts.MOST; i++) {
            for (List<ScenePrompt> one : classes) {
                if (i < one.size()) {
                    texts.add(one.get(i).text());
                }
            }
        }
        return texts;
    }

    private static List<String> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    "No prompts at " + file + "; give 'composition' or a text file with a prompt on each line");
        }
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
}
