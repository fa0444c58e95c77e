package stipple.train.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/** Reads recipes and applies overrides given by path. */
public final class RecipeReader {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            // 1.5 steps are a mistake, not one step.
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
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
        ObjectNode root = tree(file);
        Overrides settings = new Overrides(YAML);
        overrides.forEach(override -> settings.apply(root, override));
        return recipe(root, file.toString());
    }

    /**
     * The values of a recipe's text by dotted path, for comparison. Keys that came later have their defaults; keys that
     * are no longer known are kept as they are.
     *
     * @param where for messages
     */
    public static Map<String, String> flat(String text, String where) {
        try {
            if (!(YAML.readTree(text) instanceof ObjectNode root)) {
                throw new UserException(where + " is not a recipe: it must be a YAML mapping");
            }
            Map<String, String> values = new TreeMap<>();
            flatten("", root, values);
            Recipe read = YAML.readerFor(Recipe.class)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(root);
            flatten("", YAML.valueToTree(read), values);
            return values;
        } catch (JsonProcessingException e) {
            throw new UserException(where + " is not a recipe: " + firstLine(e), e);
        } catch (IOException e) {
            throw new UserException("Cannot read " + where + ": " + e.getMessage(), e);
        }
    }

    private static void flatten(String prefix, ObjectNode node, Map<String, String> values) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String path = prefix + entry.getKey();
            if (entry.getValue() instanceof ObjectNode section) {
                flatten(path + ".", section, values);
            } else if (!entry.getValue().isNull()) {
                values.put(path, entry.getValue().toString());
            }
        }
    }

    private static ObjectNode tree(Path file) {
        try {
            if (YAML.readTree(file.toFile()) instanceof ObjectNode root) {
                return root;
            }
            throw new UserException(file + " is not a recipe: it must be a YAML mapping");
        } catch (JsonProcessingException e) {
            throw new UserException(file + " is not valid YAML: " + firstLine(e) + at(e), e);
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Recipe recipe(ObjectNode root, String where) {
        // Before anything else: a mistyped key is not a missing one.
        List<String> unknown = RecipeKeys.unknown(root);
        if (!unknown.isEmpty()) {
            throw new UserException(where + ": " + RecipeKeys.describeUnknown(unknown.getFirst()));
        }
        try {
            return YAML.treeToValue(root, Recipe.class);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof UserException cause) {
                throw new UserException(where + ": " + cause.getMessage(), cause);
            }
            throw new UserException(where + ": " + bad(root, path(e), e), e);
        } catch (JsonProcessingException e) {
            throw new UserException(where + ": " + firstLine(e), e);
        }
    }

    private static String bad(ObjectNode root, String path, JsonMappingException e) {
        JsonNode given = root.at("/" + path.replace('.', '/'));
        if (given.isMissingNode() || given.isNull()) {
            return "the key '" + path + "' is missing";
        }
        return "bad value " + given + " at '" + path + "': " + firstLine(e);
    }

    /** The recipe as YAML, with every value as it is used. */
    public static String write(Recipe recipe) {
        try {
            return YAML.writeValueAsString(recipe);
        } catch (JacksonException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(name -> name != null)
                .collect(Collectors.joining("."));
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    static String firstLine(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("?");
    }
}
