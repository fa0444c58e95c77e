package stipple.data.caption;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import stipple.data.DataException;

/**
 * How a caption is drawn from a sample's JSON (reference §4.3): first a key by ratio among those the sample has, then one
 * value of a list or map, all equally likely, then capitalisation and a template.
 *
 * @param keys caption keys with their ratios, such as {@code caption: 4, caption_i2t: 1}
 * @param capitalize chance that the first letter becomes a capital and <em>all others small</em>; the reference has 0.5
 * @param templates texts with {@code {caption}} in them, all equally likely; none leaves the caption alone
 * @param openers boilerplate removed from the start of captions whose key contains {@code _all}
 */
public record CaptionRule(Map<String, Double> keys, double capitalize, List<String> templates, List<String> openers) {
    private static final String SLOT = "{caption}";

    /** The plain caption as it is written. */
    public static final CaptionRule PLAIN = new CaptionRule(Map.of("caption", 1.0), 0, List.of(), List.of());

    /** Checks ratios and templates. */
    public CaptionRule {
        // Sorted, so that a draw does not depend on the order of a hash map.
        keys = Collections.unmodifiableMap(new TreeMap<>(keys));
        keys.forEach((key, ratio) -> {
            if (!(ratio > 0)) {
                throw new DataException("the ratio of caption key '" + key + "' must be above 0, given " + ratio);
            }
        });
        if (keys.isEmpty() || !(capitalize >= 0 && capitalize <= 1)) {
            throw new DataException(
                    "captions need at least one key and a chance of capitals in [0, 1], given " + capitalize);
        }
        templates = List.copyOf(templates);
        openers = List.copyOf(openers);
        for (String template : templates) {
            if (!template.contains(SLOT)) {
                throw new DataException("the caption template '" + template + "' does not contain " + SLOT);
            }
        }
    }

    /**
     * Draws a caption. The number of random draws depends on the sample alone, so equal generators give equal captions.
     *
     * @throws DataException if the sample has no caption under any of the keys
     */
    public String draw(JsonNode json, RandomGenerator random) {
        String key = key(json, random);
        String text = value(json.path(key), random);
        if (key.contains("_all")) {
            for (String opener : openers) {
                if (text.startsWith(opener)) {
                    text = text.substring(opener.length()).stripLeading();
                    break;
                }
            }
        }
        if (random.nextDouble() < capitalize) {
            text = capitalized(text);
        }
        if (!templates.isEmpty()) {
            text = templates.get(random.nextInt(templates.size())).replace(SLOT, text);
        }
        return text;
    }

    /** Every caption that can be drawn, before openers, capitals and templates; texts only, other values are left out. */
    public List<String> all(JsonNode json) {
        List<String> texts = new ArrayList<>();
        keys.keySet().forEach(key -> texts.addAll(CaptionKeys.texts(json.path(key))));
        return texts;
    }

    private String key(JsonNode json, RandomGenerator random) {
        double total = 0;
        for (Map.Entry<String, Double> entry : keys.entrySet()) {
            total += has(json, entry.getKey()) ? entry.getValue() : 0;
        }
        double left = random.nextDouble() * total;
        String last = null;
        for (Map.Entry<String, Double> entry : keys.entrySet()) {
            if (has(json, entry.getKey())) {
                last = entry.getKey();
                left -= entry.getValue();
                if (left < 0) {
                    return last;
                }
            }
        }
        if (last == null) {
            throw new DataException("no caption under " + String.join(", ", keys.keySet()));
        }
        return last;
    }

    private static boolean has(JsonNode json, String key) {
        JsonNode value = json.path(key);
        return value.isTextual() || (value.isContainerNode() && !value.isEmpty());
    }

    private static String value(JsonNode node, RandomGenerator random) {
        JsonNode value = node;
        while (value.isContainerNode()) {
            if (value.isEmpty()) {
                throw new DataException("an empty list or map of captions");
            }
            List<JsonNode> values = new ArrayList<>();
            value.forEach(values::add);
            value = values.get(random.nextInt(values.size()));
        }
        if (!value.isTextual()) {
            throw new DataException("a caption that is no text: " + value);
        }
        return value.textValue();
    }

    /** Python's {@code str.capitalize}: the first character in title case, the rest lowered. */
    private static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        return Character.toString(Character.toTitleCase(first))
                + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
    }
}
