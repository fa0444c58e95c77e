package stipple.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stipple.data.defaults.DefaultSets;

/** What the comment above a recipe tells to do can be done: everything that is read from build/ has been made by then. */
class RecipeHeadersTest {
    private static final Path RECIPES = Path.of("..", "recipes");
    private static final Pattern BUILT = Pattern.compile("build/[\\w./-]*\\w");
    private static final Pattern MADE =
            Pattern.compile("data (build )?([\\w-]+)[^#]*?(?:--out|-o) (build/[\\w./-]*\\w)");
    private static final Pattern PAIRS = Pattern.compile("pairs [^#]*?-o (build/[\\w./-]*\\w)");
    private static final Pattern RECIPE = Pattern.compile("(train )?(recipes/)?([\\w/-]+\\.yaml)");

    static Stream<Path> recipes() throws IOException {
        try (Stream<Path> files = Files.walk(RECIPES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    /** The comment above a recipe, a line for each command. */
    private static String header(Path recipe) {
        return read(recipe)
                .lines()
                .takeWhile(line -> line.startsWith("#"))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"))
                .replaceAll("\\\\\\n *| --out\\n *", " ");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What a recipe reads from build/; latents are kept by the run itself. */
    private static Set<String> needed(Path recipe) {
        String body = read(recipe)
                .lines()
                .map(line -> line.replaceFirst("(^| )#.*", ""))
                .filter(line -> !line.isBlank())
                .map(line -> line.replaceFirst("latents: [\\w/-]+", ""))
                .collect(Collectors.joining("\n"));
        return BUILT.matcher(body).results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> made(String header) {
        Set<String> made = new HashSet<>();
        for (String line : header.lines().toList()) {
            Matcher data = MADE.matcher(line);
            if (data.find()) {
                String out = data.group(3);
                made.add(out);
                if (data.group(2).equals("default")) {
                    made.remove(out);
                    DefaultSets.names().forEach(name -> made.add(out + "/" + name));
                }
            }
            PAIRS.matcher(line).results().forEach(pairs -> made.add(pairs.group(1)));
        }
        return made;
    }

    /** Recipes that a header names; those that it tells to train, or all others. */
    private static Set<Path> named(Path recipe, boolean trained) {
        return RECIPE.matcher(header(recipe))
                .results()
                .filter(found -> (found.group(1) != null) == trained)
                .map(found -> (found.group(2) == null
                                ? recipe.resolveSibling(found.group(3))
                                : RECIPES.resolve(found.group(3)))
                        .normalize())
                .filter(Files::isRegularFile)
                .collect(Collectors.toSet());
    }

    private static Set<String> available(Path recipe, Set<Path> seen) {
        Set<String> made = made(header(recipe));
        if (seen.add(recipe)) {
            named(recipe, false).forEach(other -> made.addAll(available(other, seen)));
        }
        return made;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void what_a_recipe_and_those_trained_above_it_read_is_built_above_it(Path recipe) {
        Set<String> available = available(recipe, new HashSet<>());
        Set<Path> trained = new HashSet<>(named(recipe, true));
        trained.add(recipe);
        for (Path one : trained) {
            Set<String> lacking = needed(one);
            lacking.removeAll(available);
            assertEquals(Set.of(), lacking, () -> recipe + " needs for " + one);
        }
    }

    @Test
    void a_header_that_builds_nothing_would_be_found() {
        assertFalse(needed(RECIPES.resolve("tokenizer-128.yaml")).isEmpty());
        assertEquals(Set.of("build/a", "build/b"), made("x data build emoji --out build/a\ny pairs r.yaml -o build/b"));
        assertEquals(Set.of(), made("   ./stipple train recipes/tokenizer-64.yaml"));
    }
}
