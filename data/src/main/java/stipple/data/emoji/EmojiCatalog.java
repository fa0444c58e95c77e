package stipple.data.emoji;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import stipple.data.DataException;
import stipple.data.packages.TgzArchive;

/** All emoji of emojibase, by code points and by name slug. */
final class EmojiCatalog {
    private static final String DATA = "en/data.json";
    private static final String CHINESE = "zh/data.json";
    private static final String MESSAGES = "en/messages.json";
    private static final List<String> TONES = List.of("light", "medium-light", "medium", "medium-dark", "dark");

    private final Map<String, EmojiEntry> byCodepoints = new LinkedHashMap<>();
    private final Map<String, EmojiEntry> bySlug = new HashMap<>();
    private final Map<String, List<String>> chineseTags = new HashMap<>();

    private EmojiCatalog() {}

    /** Reads the catalogue out of the package archive. */
    static EmojiCatalog read(Path tgz) {
        Map<String, byte[]> files =
                TgzArchive.read(tgz, p -> Set.of(DATA, MESSAGES, CHINESE).contains(p));
        if (files.size() != 3) {
            throw new DataException(
                    tgz + " lacks " + DATA + ", " + CHINESE + " or " + MESSAGES + "; it holds " + files.keySet());
        }
        EmojiCatalog catalog = new EmojiCatalog();
        try {
            ObjectMapper json = new ObjectMapper();
            JsonNode messages = json.readTree(files.get(MESSAGES));
            List<String> groups = keys(messages.path("groups"));
            List<String> subgroups = keys(messages.path("subgroups"));
            Map<String, String> chinese = new HashMap<>();
            for (JsonNode base : json.readTree(files.get(CHINESE))) {
                chinese.put(base.path("hexcode").asText(), base.path("label").asText());
                catalog.chineseTags.put(normalise(base.path("hexcode").asText()), texts(base.path("tags")));
                base.path("skins")
                        .forEach(skin -> chinese.put(
                                skin.path("hexcode").asText(),
                                skin.path("label").asText()));
            }
            for (JsonNode base : json.readTree(files.get(DATA))) {
                catalog.addFamily(base, groups, subgroups, chinese);
            }
        } catch (IOException e) {
            throw new DataException(tgz + ": " + DATA + " does not parse: " + e.getMessage(), e);
        }
        return catalog;
    }

    private static List<String> keys(JsonNode messages) {
        Map<Integer, String> byOrder = new HashMap<>();
        messages.forEach(m -> byOrder.put(m.path("order").asInt(), m.path("key").asText()));
        List<String> keys = new ArrayList<>();
        for (int i = 0; byOrder.containsKey(i); i++) {
            keys.add(byOrder.get(i));
        }
        return keys;
    }

    private void addFamily(JsonNode base, List<String> groups, List<String> subgroups, Map<String, String> chinese) {
        String baseCodepoints = normalise(base.path("hexcode").asText());
        List<String> tags = texts(base.path("tags"));
        String group = base.has("group") ? groups.get(base.get("group").asInt()) : "component";
        String subgroup =
                base.has("subgroup") ? subgroups.get(base.get("subgroup").asInt()) : "";
        List<JsonNode> members = new ArrayList<>();
        members.add(base);
        base.path("skins").forEach(members::add);
        for (JsonNode member : members) {
            EmojiEntry entry = new EmojiEntry(
                    normalise(member.path("hexcode").asText()),
                    baseCodepoints,
                    member.path("label").asText(),
                    chinese.getOrDefault(member.path("hexcode").asText(), ""),
                    tags,
                    group,
                    subgroup,
                    tone(member.path("tone")),
                    member.path("order").asInt(Integer.MAX_VALUE));
            byCodepoints.put(entry.codepoints(), entry);
            bySlug.put(slug(entry.label()), entry);
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    private static String tone(JsonNode tone) {
        StringJoiner names = new StringJoiner("+");
        if (tone.isArray()) {
            tone.forEach(t -> names.add(TONES.get(t.asInt() - 1)));
        } else if (tone.isInt()) {
            names.add(TONES.get(tone.asInt() - 1));
        }
        return names.toString();
    }

    /** All emoji in the order of the package. */
    List<EmojiEntry> entries() {
        return List.copyOf(byCodepoints.values());
    }

    /** Keywords in Chinese of a base emoji; empty where the source has none. */
    List<String> chineseTags(String base) {
        return chineseTags.getOrDefault(base, List.of());
    }

    /** The emoji with these code points in any case, with or without fe0f; null if none. */
    EmojiEntry byCodepoints(String codepoints) {
        return byCodepoints.get(normalise(codepoints));
    }

    /** The emoji whose label has this slug; null if none. */
    EmojiEntry bySlug(String slug) {
        return bySlug.get(slug);
    }

    /** Lower case, joined by hyphens, at least four digits each, without the variation selector fe0f. */
    static String normalise(String codepoints) {
        StringJoiner out = new StringJoiner("-");
        for (String part : codepoints.toLowerCase(Locale.ROOT).split("[-_ ]")) {
            if (!part.equals("fe0f")) {
                out.add("0".repeat(Math.max(0, 4 - part.length())) + part);
            }
        }
        return out.toString();
    }

    /** The CLDR name as the icon sets write it: ASCII letters and digits joined by hyphens. */
    static String slug(String label) {
        String plain = Normalizer.normalize(label.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
                .replaceAll("\\p{M}|[’'“”().]", "")
                .replace("!", "-exclamation-")
                .replace("#", "number-sign")
                .replace("*", "asterisk");
        return plain.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
