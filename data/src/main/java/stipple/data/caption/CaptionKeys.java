package stipple.data.caption;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Which members of a sample's JSON hold texts to train on, and the texts in them. */
public final class CaptionKeys {
    private static final String CAPTION = "caption";
    /** What samples without pictures hold. */
    private static final String TEXT = "text";

    private CaptionKeys() {}

    /** True for {@code caption}, its variants such as {@code caption_long} and {@code caption_zh}, and {@code text}. */
    public static boolean isCaption(String key) {
        return key.equals(CAPTION) || key.startsWith(CAPTION + "_") || key.equals(TEXT);
    }

    /** The caption members of a sample that hold any text, in the order of the file. */
    public static List<String> of(JsonNode json) {
        List<String> keys = new ArrayList<>();
        json.properties().forEach(member -> {
            if (isCaption(member.getKey()) && !texts(member.getValue()).isEmpty()) {
                keys.add(member.getKey());
            }
        });
        return keys;
    }

    /** The texts in a member: itself, or those in its lists and maps; other values are left out. */
    public static List<String> texts(JsonNode member) {
        if (member.isTextual()) {
            return List.of(member.textValue());
        }
        List<String> all = new ArrayList<>();
        member.forEach(child -> all.addAll(texts(child)));
        return all;
    }
}
