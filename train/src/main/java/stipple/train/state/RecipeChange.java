package stipple.train.state;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import stipple.torch.UserException;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

/** What differs between the recipe of a checkpoint and the one that is to go on from it. */
public final class RecipeChange {
    /** Keys that decide how long a run is, what it shows and where it lies, but not what a step does. */
    private static final Set<String> FREE = Set.of("steps", "log_every", "output");

    private static final Set<String> FREE_SECTIONS = Set.of("samples", "checkpoint");

    /** Keys without which the weights of a checkpoint mean nothing. */
    private static final Set<String> SHAPE = Set.of(
            "objective",
            "autoencoder.ch",
            "autoencoder.ch_mult",
            "autoencoder.res_blocks",
            "autoencoder.z_channels",
            "autoencoder.patch",
            "nextstep.hidden",
            "nextstep.layers",
            "nextstep.heads",
            "nextstep.kv_heads",
            "nextstep.intermediate",
            "nextstep.head_dim",
            "nextstep.head_layers");

    private RecipeChange() {}

    /**
     * Compares recipes.
     *
     * @param checkpoint for messages
     * @param saved text of the checkpoint's recipe
     * @param now the recipe of this run
     * @return a line for every key that changes what the coming steps do
     * @throws UserException if the model itself would be another one
     */
    public static List<String> check(Path checkpoint, String saved, Recipe now) {
        Map<String, String> before = RecipeReader.flat(saved, checkpoint + "/recipe.yaml");
        Map<String, String> after = RecipeReader.flat(RecipeReader.write(now), "the recipe");
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        List<String> warnings = new ArrayList<>();
        List<String> shapes = new ArrayList<>();
        for (String key : keys) {
            String old = before.get(key);
            String given = after.get(key);
            if (Objects.equals(old, given) || free(key)) {
                continue;
            }
            String line = key + ": " + (old == null ? "(none)" : old) + " -> " + (given == null ? "(none)" : given);
            (SHAPE.contains(key) ? shapes : warnings).add(line);
        }
        if (!shapes.isEmpty()) {
            throw new UserException("The recipe describes another model than " + checkpoint + ": "
                    + String.join(", ", shapes) + "; set it back, or give another output to start afresh");
        }
        return warnings;
    }

    private static boolean free(String key) {
        int dot = key.indexOf('.');
        return FREE.contains(key) || (dot > 0 && FREE_SECTIONS.contains(key.substring(0, dot)));
    }
}
