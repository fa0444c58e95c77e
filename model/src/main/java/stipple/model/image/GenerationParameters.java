package stipple.model.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/**
 * How an image was made, in the text form that image viewers and web interfaces show under the PNG keyword
 * {@code parameters}: the prompt, a line {@code Negative prompt: …} if there is one, and a last line of
 * {@code Name: value} pairs.
 *
 * @param prompt the prompt, may span lines
 * @param negativePrompt the negative prompt, may be empty and may span lines
 * @param settings names and values in order, such as {@code Steps}, {@code Sampler}, {@code CFG scale}, {@code Seed}
 */
public record GenerationParameters(String prompt, String negativePrompt, Map<String, String> settings) {
    private static final String NEGATIVE = "Negative prompt: ";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "\\w[\\w \\-/]*";
    private static final Pattern SETTING =
            Pattern.compile("\\s*(" + NAME + "): (\"(?:\\\\.|[^\\\\\"])*\"|[^,]*)(?:,|$)");

    /** Copies the settings, keeping their order. */
    public GenerationParameters {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        settings.forEach((name, value) -> {
            if (!name.matches(NAME)) {
                throw new UserException("'" + name + "' cannot be the name of a generation setting");
            }
        });
    }

    /** The text. */
    public String format() {
        StringBuilder text = new StringBuilder(prompt);
        if (!negativePrompt.isEmpty()) {
            text.append('\n').append(NEGATIVE).append(negativePrompt);
        }
        if (!settings.isEmpty()) {
            text.append('\n')
                    .append(settings.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + quoted(entry.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        return text.toString();
    }

    /** Reads the text; whatever it is, it has a prompt, because other tools write it too. */
    public static GenerationParameters parse(String text) {
        String[] lines = text.split("\n", -1);
        Map<String, String> settings = lines.length > 1 ? settings(lines[lines.length - 1]) : Map.of();
        int end = settings.isEmpty() ? lines.length : lines.length - 1;
        StringBuilder prompt = new StringBuilder();
        StringBuilder negative = new StringBuilder();
        StringBuilder current = prompt;
        for (int i = 0; i < end; i++) {
            String line = lines[i];
            if (i > 0 && line.startsWith(NEGATIVE)) {
                current = negative;
                line = line.substring(NEGATIVE.length());
            } else if (i > 0) {
                current.append('\n');
            }
            current.append(line);
        }
        return new GenerationParameters(prompt.toString(), negative.toString(), settings);
    }

    /** The pairs of a line that consists of nothing else, or none. */
    private static Map<String, String> settings(String line) {
        Map<String, String> settings = new LinkedHashMap<>();
        Matcher matcher = SETTING.matcher(line);
        int at = 0;
        while (at < line.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                return Map.of();
            }
            settings.put(matcher.group(1), unquoted(matcher.group(2)));
            at = matcher.end();
        }
        return settings;
    }

    private static String quoted(String value) {
        if (value.chars().noneMatch(c -> c == ',' || c == ':' || c == '\n' || c == '"')) {
            return value;
        }
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A string is always valid JSON", impossible);
        }
    }

    private static String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        try {
            return JSON.readValue(value, String.class);
        } catch (JsonProcessingException plain) {
            return value;
        }
    }
}
