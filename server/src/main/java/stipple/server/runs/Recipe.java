package stipple.server.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run's recipe says that those who watch want to know.
 *
 * @param text the whole file, empty if there is none
 * @param objective what is trained, empty if unknown
 * @param steps steps in all
 * @param batch pictures per step
 * @param problem why the file says nothing, if so
 */
record Recipe(String text, String objective, OptionalLong steps, OptionalLong batch, Optional<String> problem) {
    static final String FILE = "recipe.yaml";

    /** No recipe. */
    static final Recipe NONE = new Recipe("", "", OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

    private static final int MOST = 1 << 20;
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Reads the recipe in a run's folder. */
    static Recipe read(Path run) throws IOException {
        Path file = run.resolve(FILE);
        if (!PlainFiles.is(file)) {
            return NONE;
        }
        String text = new String(PlainFiles.read(file, 0, MOST), StandardCharsets.UTF_8);
        try {
            JsonNode recipe = YAML.readTree(text);
            return new Recipe(
                    text,
                    recipe.path("objective").asText(),
                    number(recipe.path("steps")),
                    number(recipe.path("batch")),
                    recipe.isObject() ? Optional.empty() : Optional.of(FILE + " is no recipe"));
        } catch (JsonProcessingException damaged) {
            String why = damaged.getOriginalMessage().lines().findFirst().orElse("it is malformed");
            return new Recipe(
                    text, "", OptionalLong.empty(), OptionalLong.empty(), Optional.of(FILE + " is damaged: " + why));
        }
    }

    private static OptionalLong number(JsonNode node) {
        return node.isIntegralNumber() && node.asLong() > 0 ? OptionalLong.of(node.asLong()) : OptionalLong.empty();
    }
}
