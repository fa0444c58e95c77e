package stipple.train.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** All keys that a recipe can have, and which of them a mistyped one was probably meant to be. */
final class RecipeKeys {
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE =
            new PropertyNamingStrategies.SnakeCaseStrategy();
    /** Stands behind the name of a list whose entries are sections. */
    static final String LIST = "[]";

    private static final List<String> PATHS = paths("", Recipe.class);

    private RecipeKeys() {}

    private static List<String> paths(String prefix, Class<?> type) {
        List<String> found = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + SNAKE.translate(component.getName());
            found.add(path);
            if (component.getType().isRecord()) {
                found.addAll(paths(path + ".", component.getType()));
            } else if (component.getGenericType() instanceof ParameterizedType list
                    && list.getActualTypeArguments()[0] instanceof Class<?> element
                    && element.isRecord()) {
                found.addAll(paths(path + LIST + ".", element));
            }
        }
        return List.copyOf(found);
    }

    /** Whether a dotted path names a section. */
    static boolean isSection(String path) {
        return PATHS.stream().anyMatch(p -> p.startsWith(path + "."));
    }

    /** The paths of all keys of a recipe that are not known, in the order of the file. */
    static List<String> unknown(ObjectNode recipe) {
        List<String> found = new ArrayList<>();
        collectUnknown("", recipe, found);
        return found;
    }

    private static void collectUnknown(String prefix, ObjectNode section, List<String> found) {
        for (Map.Entry<String, JsonNode> entry : section.properties()) {
            String path = prefix + entry.getKey();
            if (!known(path)) {
                found.add(path);
            } else if (entry.getValue() instanceof ObjectNode inner && isSection(path)) {
                collectUnknown(path + ".", inner, found);
            } else if (entry.getValue() instanceof ArrayNode list && isSection(path + LIST)) {
                list.forEach(element -> {
                    if (element instanceof ObjectNode inner) {
                        collectUnknown(path + LIST + ".", inner, found);
                    }
                });
            }
        }
    }

    /** Whether a dotted path names a section, an entry of a list of sections, or a value. */
    static boolean known(String path) {
        return PATHS.contains(path) || (path.endsWith(LIST) && isSection(path));
    }

    /** What is wrong with a path that is not known, and what was probably meant. */
    static String describeUnknown(String path) {
        String section = section(path);
        if (!section.isEmpty() && !isSection(section)) {
            return "there is no section '" + section + "'; sections are " + String.join(", ", sections());
        }
        String nearest = nearest(path);
        return "unknown key '" + leaf(path) + "' " + place(section) + "; did you mean '" + leaf(nearest) + "' "
                + place(section(nearest)) + "? Known " + place(section) + ": " + String.join(", ", in(section));
    }

    private static String place(String section) {
        return section.isEmpty() ? "at the top level" : "in section '" + section + "'";
    }

    /** The keys of a section without its name; the top level for "". */
    static List<String> in(String section) {
        String prefix = section.isEmpty() ? "" : section + ".";
        return PATHS.stream()
                .filter(p -> p.startsWith(prefix) && p.indexOf('.', prefix.length()) < 0)
                .map(p -> p.substring(prefix.length()))
                .sorted()
                .toList();
    }

    /** The sections in the order of the recipe. */
    static List<String> sections() {
        return PATHS.stream().filter(RecipeKeys::isSection).toList();
    }

    /** The whole path of the known key whose last part is nearest to that of a given path; ties go to its own section. */
    static String nearest(String path) {
        String leaf = leaf(path);
        String section = section(path);
        return PATHS.stream()
                .min(Comparator.comparingInt((String p) -> distance(leaf, leaf(p)))
                        .thenComparingInt(p -> section(p).equals(section) ? 0 : 1))
                .orElseThrow();
    }

    /** The part of a path before its last dot, "" at the top level. */
    static String section(String path) {
        return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }

    /** The part of a path behind its last dot. */
    static String leaf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Levenshtein distance: single-character insertions, deletions and substitutions between two words. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
