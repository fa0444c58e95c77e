package stipple.train.recipe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/** Reads recipes and applies overrides given by path. */
public final class RecipeReader {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private RecipeReader() {}

    /**
     * Reads a recipe.
     *
     * @param overrides settings of the form {@code optimizer.lr=1e-4}
     * @throws UserException if the file is missing or malformed, or a key is unknown or missing
     */
    public static Recipe read(Path file, List<String> overrides) {
        if (!Files.isRegularFile(file)) {
            throw new UserException("No recipe at " + file + "; the recipes that come with Stipple are in recipes/");
        }
        try {
            JsonNode tree = YAML.readTree(file.toFile());
            if (!(tree instanceof ObjectNode root)) {
                throw new UserException(file + " is not a recipe: it must be a YAML mapping");
            }
            for (String override : overrides) {
                apply(root, override);
            }
            return YAML.treeToValue(root, Recipe.class);
        } catch (UnrecognizedPropertyException e) {
            String known = e.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new UserException(file + ": unknown key '" + path(e) + "'; known here: " + known, e);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof UserException cause) {
                throw new UserException(file + ": " + cause.getMessage(), cause);
            }
            throw new UserException(file + ": bad value at '" + path(e) + "': " + firstLine(e), e);
        } catch (JsonProcessingException e) {
            throw new UserException(file + " is not valid YAML: " + firstLine(e), e);
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The recipe as YAML, with every value as it is used. */
    public static String write(Recipe recipe) {
        try {
            return YAML.writeValueAsString(recipe);
        } catch (JacksonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void apply(ObjectNode root, String override) throws JsonProcessingException {
        int equals = override.indexOf('=');
        if (equals <= 0) {
            throw new UserException("--set wants key=value, for example optimizer.lr=1e-4; got '" + override + "'");
        }
        String[] keys = override.substring(0, equals).split("\\.");
        ObjectNode node = root;
        for (int i = 0; i < keys.length - 1; i++) {
            if (!(node.get(keys[i]) instanceof ObjectNode child)) {
                throw new UserException("--set " + override + ": the recipe has no section '" + keys[i] + "'");
            }
            node = child;
        }
        node.set(keys[keys.length - 1], YAML.readTree(override.substring(equals + 1)));
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(reference -> String.valueOf(reference.getFieldName()))
                .collect(Collectors.joining("."));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("?");
    }
}
