package stipple.data.svg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stipple.data.DataException;
import stipple.data.packages.TgzArchive;

/** An Iconify set (icons.json, chars.json): named SVG bodies and aliases of them. */
public final class IconSet {
    private static final int MAX_ALIAS_DEPTH = 8;

    private final JsonNode root;
    private final Map<String, String> nameByCodepoints;

    private IconSet(JsonNode root, Map<String, String> nameByCodepoints) {
        this.root = root;
        this.nameByCodepoints = nameByCodepoints;
    }

    /** Reads a set out of its package archive; {@code chars.json} may be missing. */
    public static IconSet read(Path tgz) {
        Map<String, byte[]> files = TgzArchive.read(tgz, p -> p.equals("icons.json") || p.equals("chars.json"));
        if (!files.containsKey("icons.json")) {
            throw new DataException(tgz + " holds no icons.json; it is not an Iconify set");
        }
        try {
            ObjectMapper json = new ObjectMapper();
            Map<String, String> chars = new HashMap<>();
            if (files.containsKey("chars.json")) {
                json.readTree(files.get("chars.json"))
                        .properties()
                        .forEach(e -> chars.put(e.getKey(), e.getValue().asText()));
            }
            return new IconSet(json.readTree(files.get("icons.json")), chars);
        } catch (IOException e) {
            throw new DataException(tgz + ": icons.json does not parse: " + e.getMessage(), e);
        }
    }

    /** Code points to icon name, as the set itself says; spelled as in the set. */
    public Map<String, String> nameByCodepoints() {
        return nameByCodepoints;
    }

    /** The names of the icons that the set shows, sorted; aliases and hidden icons are not among them. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        root.path("icons").properties().forEach(icon -> {
            if (!icon.getValue().path("hidden").asBoolean()) {
                names.add(icon.getKey());
            }
        });
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** Icon name to the part of the set that it is in, in plain words; empty if the set has no parts. */
    public Map<String, String> categories() {
        return categories(root.path("categories"));
    }

    /** Reads an Iconify set's {@code categories}; of several the first stays. */
    public static Map<String, String> categories(JsonNode node) {
        Map<String, String> categories = new HashMap<>();
        node.properties().forEach(category -> {
            // "FoodDrink", "Food & Drink", "Uncategorized"
            String words = category.getKey()
                    .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                    .replace("&", "and")
                    .toLowerCase(Locale.ROOT);
            if (words.matches("[a-z ,-]{3,40}") && !words.matches(".*(categor|other|misc|interface|essential).*")) {
                category.getValue().forEach(icon -> categories.putIfAbsent(icon.asText(), words));
            }
        });
        return categories;
    }

    /** True if an icon or an alias has this name. */
    public boolean has(String name) {
        return root.path("icons").has(name) || root.path("aliases").has(name);
    }

    /** The named icon as a complete SVG document. */
    public byte[] svg(String name) {
        JsonNode icon = root.path("icons").path(name);
        boolean hFlip = false;
        boolean vFlip = false;
        int quarterTurns = 0;
        for (int depth = 0; icon.isMissingNode(); depth++) {
            JsonNode alias = root.path("aliases").path(name);
            if (alias.isMissingNode() || depth > MAX_ALIAS_DEPTH) {
                throw new DataException("icon set " + root.path("prefix").asText() + " has no icon '" + name + "'");
            }
            hFlip ^= alias.path("hFlip").asBoolean();
            vFlip ^= alias.path("vFlip").asBoolean();
            quarterTurns += alias.path("rotate").asInt();
            name = alias.path("parent").asText();
            icon = root.path("icons").path(name);
        }
        double left = number(icon, "left", 0);
        double top = number(icon, "top", 0);
        double width = number(icon, "width", 16);
        double height = number(icon, "height", 16);
        String body = icon.path("body").asText();
        if (hFlip || vFlip || quarterTurns % 4 != 0) {
            double cx = left + width / 2;
            double cy = top + height / 2;
            body = "<g transform=\"translate(" + cx + " " + cy + ") rotate(" + 90 * (quarterTurns % 4) + ") scale("
                    + (hFlip ? -1 : 1) + " " + (vFlip ? -1 : 1) + ") translate(" + -cx + " " + -cy + ")\">" + body
                    + "</g>";
        }
        return document(body, left, top, width, height);
    }

    /** An icon's body as a complete SVG document with this view box. */
    public static byte[] document(String body, double left, double top, double width, double height) {
        // One-colour sets are drawn in the text colour of the page, which is black on our white.
        return ("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\""
                        + width
                        + "\" height=\"" + height + "\" viewBox=\"" + left + " " + top + " " + width + " " + height
                        + "\">" + body.replace("currentColor", "#000") + "</svg>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private double number(JsonNode icon, String field, double ifAbsent) {
        return icon.has(field) ? icon.get(field).asDouble() : root.path(field).asDouble(ifAbsent);
    }
}
