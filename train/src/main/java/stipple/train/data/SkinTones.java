package stipple.train.data;

import com.fasterxml.jackson.databind.JsonNode;

/** Variants of a picture by skin tone, of which a set of emoji has five for every person and hand. */
public final class SkinTones {
    private SkinTones() {}

    /** Whether a sample shows a skin tone that was asked for, as its {@code metadata.skin_tone} says. */
    public static boolean shown(JsonNode sample) {
        String tone = sample.path("metadata").path("skin_tone").asText("");
        return !tone.isEmpty() && !tone.equals("null");
    }
}
