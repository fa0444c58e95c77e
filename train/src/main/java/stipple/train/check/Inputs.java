package stipple.train.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import stipple.train.recipe.Recipe;

/** The files and folders that a recipe reads. */
final class Inputs {
    private Inputs() {}

    /** Those that are not there, in the order of the recipe. */
    static List<Path> missing(Recipe recipe) {
        Set<String> wanted = new LinkedHashSet<>();
        if (recipe.data().shards() != null) {
            wanted.add(recipe.data().shards());
        }
        wanted.addAll(recipe.data().also());
        recipe.data().mixture().forEach(part -> wanted.add(part.path()));
        if (recipe.objective().equals("autoencoder")) {
            wanted.add(recipe.autoencoder().init());
            if (recipe.autoencoder().perceptual() != null) {
                wanted.add(recipe.autoencoder().perceptual().network());
            }
        } else if (recipe.objective().equals("dual_encoder")) {
            wanted.add(recipe.dualEncoder().captions());
        } else if (recipe.classifier() != null) {
            wanted.addAll(recipe.classifier().autoencoders());
        } else if (recipe.nextstep() != null) {
            wanted.add(recipe.nextstep().init());
            wanted.add(recipe.nextstep().tokenizer());
            wanted.add(recipe.nextstep().autoencoder());
        }
        if (recipe.dpo() != null) {
            wanted.add(recipe.dpo().pairs());
            wanted.add(recipe.dpo().holdout());
        }
        List<Path> missing = new ArrayList<>();
        for (String path : wanted) {
            if (path != null && !Files.exists(Path.of(path))) {
                missing.add(Path.of(path));
            }
        }
        return missing;
    }
}
