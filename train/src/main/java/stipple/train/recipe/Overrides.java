package stipple.train.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.torch.UserException;

/**
 * Values given beside a recipe's file, {@code a.b=c}. An entry of a list of sections is chosen by its name or its number
 * from 0: {@code data.mixture[emoji].weight=2}.
 */
final class Overrides {
    private static final Pattern STEP = Pattern.compile("([^\\[\\].]+)(?:\\[([^\\]]+)])?");

    private final ObjectMapper yaml;

    Overrides(ObjectMapper yaml) {
        this.yaml = yaml;
    }

    /** A key on the way to a value, with the entry that is meant if its value is a list. */
    private record Step(String key, String entry) {}

    /**
     * Sets one value.
     *
     * @throws UserException if the key is unknown, or the value is no YAML
     */
    void apply(ObjectNode root, String override) {
        int equals = override.indexOf('=');
        if (equals <= 0) {
            throw new UserException("--set wants key=value, for example optimizer.lr=1e-4; got '" + override + "'");
        }
        String given = override.substring(0, equals);
        List<Step> steps = steps(given, override);
        String path = String.join(
                ".",
                steps.stream()
                        .map(step -> step.entry() == null ? step.key() : step.key() + RecipeKeys.LIST)
                        .toList());
        if (!RecipeKeys.known(path)) {
            throw new UserException("--set " + override + ": " + RecipeKeys.describeUnknown(path));
        }
        if (RecipeKeys.isSection(path) || steps.getLast().entry() != null) {
            throw new UserException("--set " + override + ": '" + given + "' is a section; set one of its keys, for "
                    + "example " + given + "." + RecipeKeys.in(path).getFirst());
        }
        ObjectNode node = root;
        for (Step step : steps.subList(0, steps.size() - 1)) {
            node = step.entry() == null ? section(node, step.key()) : entry(node, step, override);
        }
        try {
            node.set(steps.getLast().key(), yaml.readTree(override.substring(equals + 1)));
        } catch (JsonProcessingException e) {
            throw new UserException(
                    "--set " + override + ": the value is not valid YAML: " + RecipeReader.firstLine(e), e);
        }
    }

    private static List<Step> steps(String given, String override) {
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(given);
        int at = 0;
        while (matcher.find() && matcher.start() == at) {
            steps.add(new Step(matcher.group(1), matcher.group(2)));
            at = matcher.end();
            if (at < given.length() && given.charAt(at) == '.') {
                at++;
            }
        }
        if (at != given.length() || given.endsWith(".")) {
            throw new UserException("--set " + override + ": '" + given
                    + "' is no key; keys look like optimizer.lr or data.mixture[0].weight");
        }
        return steps;
    }

    private static ObjectNode section(ObjectNode node, String key) {
        return node.get(key) instanceof ObjectNode present ? present : node.putObject(key);
    }

    private static ObjectNode entry(ObjectNode node, Step step, String override) {
        List<String> names = new ArrayList<>();
        if (node.get(step.key()) instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                JsonNode element = list.get(i);
                String name = element.path("name").asText(Integer.toString(i));
                if (element instanceof ObjectNode found
                        && (name.equals(step.entry()) || Integer.toString(i).equals(step.entry()))) {
                    return found;
                }
                names.add(name);
            }
        }
        throw new UserException("--set " + override + ": '" + step.key() + "' has no entry '" + step.entry() + "'"
                + (names.isEmpty() ? "; it is empty" : "; it has " + String.join(", ", names)));
    }
}
