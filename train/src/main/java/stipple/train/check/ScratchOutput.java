package stipple.train.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;
import stipple.train.recipe.Recipe;

/** An output folder for what is to leave nothing behind. */
public final class ScratchOutput {
    private ScratchOutput() {}

    /**
     * Does something with a recipe that is the same but for its output, a new folder that is then removed.
     *
     * @throws UserException if there is no place for it
     */
    public static <T> T with(Recipe recipe, Function<Recipe, T> action) {
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("stipple-check-");
            try {
                return action.apply(recipe.withOutput(scratch.toString()));
            } finally {
                remove(scratch);
            }
        } catch (IOException e) {
            throw new UserException(
                    "Cannot use " + (scratch == null ? "the folder of temporary files" : scratch) + ": "
                            + AtomicFile.reason(e),
                    e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
