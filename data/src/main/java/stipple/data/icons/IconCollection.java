package stipple.data.icons;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import stipple.data.DataException;
import stipple.data.build.Credit;
import stipple.data.drawings.DrawingSpool;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.TgzArchive;
import stipple.data.svg.IconSet;

/** All Iconify sets in one package, half a gigabyte of JSON, which is read from front to back once. */
final class IconCollection {
    /** The pinned collection; every set has its own licence and author. */
    static final NpmPackage SOURCE = new NpmPackage(
            "@iconify/json",
            "2.2.535",
            "MIT",
            "Iconify",
            "9c057ad00094487c27b1be9fb29fa57ad1e5364af03b8bf306d702e81e040c71"
                    + "2b4107dece4ec4de725d9f0263bdee8e09f30d3b4b954f956b8276bdfcd0a65f");

    private static final String LIST = "collections.json";
    private static final String FOLDER = "json/";
    private static final String EXTENSION = ".json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private IconCollection() {}

    /**
     * A set as the collection's list tells.
     *
     * @param prefix its short name, such as {@code noto}
     * @param name its title
     * @param total icons in it
     * @param credit whom it is owed to
     * @param category such as {@code Emoji}; "" for none
     * @param colour whether it is drawn in several colours
     */
    record SetInfo(String prefix, String name, int total, Credit credit, String category, boolean colour) {
        private static final Set<String> BRAND_CATEGORIES = Set.of("Logos", "Programming");
        private static final Pattern BRAND_NAME = Pattern.compile("(^|-)(brands|logos)($|-)");

        private static SetInfo of(String prefix, JsonNode info) {
            String url = info.at("/author/url").asText();
            return new SetInfo(
                    prefix,
                    info.path("name").asText(),
                    info.path("total").asInt(),
                    new Credit(
                            SOURCE.spec() + "/" + prefix,
                            info.at("/license/spdx").asText("unknown"),
                            info.at("/author/name").asText() + (url.isEmpty() ? "" : ", " + url)),
                    info.path("category").asText(""),
                    info.path("palette").asBoolean());
        }

        /** True for signs of companies and products. */
        boolean isBrands() {
            return BRAND_CATEGORIES.contains(category)
                    || BRAND_NAME.matcher(prefix).find();
        }

        /** True for the emoji of Unicode, drawn by somebody. */
        boolean isEmoji() {
            // A set that is not shown on Iconify's page has no category, and one of them is of emoji.
            return category.equals("Emoji") || prefix.contains("emoji");
        }

        /** True for flags that are named by codes of countries. */
        boolean isFlags() {
            return colour && category.equals("Flags / Maps");
        }
    }

    /** An icon, whose drawing lies in the spool. */
    record Icon(String name, DrawingSpool.Slice body, double left, double top, double width, double height) {
        /** The icon as a complete SVG document. */
        byte[] svg(DrawingSpool spool) {
            return IconSet.document(new String(spool.read(body), StandardCharsets.UTF_8), left, top, width, height);
        }
    }

    /**
     * The icons of a set that are shown and are not aliases.
     *
     * @param icons sorted by name
     * @param suffixes endings of names to the title of the style that they stand for; "" for names without one
     * @param codepoints name to code points, where the set says them
     * @param categories name to the part of the set
     */
    record IconFile(
            List<Icon> icons,
            Map<String, String> suffixes,
            Map<String, String> codepoints,
            Map<String, String> categories) {}

    /** The list of sets, by prefix. */
    static Map<String, SetInfo> list(Path archive) {
        Map<String, SetInfo> sets = new TreeMap<>();
        TgzArchive.forEach(
                archive,
                LIST::equals,
                (path, content) -> JSON.readTree(content.readAllBytes())
                        .properties()
                        .forEach(set -> sets.put(set.getKey(), SetInfo.of(set.getKey(), set.getValue()))));
        if (sets.isEmpty()) {
            throw new DataException(archive + " holds no " + LIST + "; it is not Iconify's collection");
        }
        return sets;
    }

    /** Reads the wanted sets; drawings go to the spool. */
    static Map<String, IconFile> read(Path archive, Set<String> wanted, DrawingSpool spool) {
        Map<String, IconFile> files = new TreeMap<>();
        TgzArchive.forEach(
                archive,
                path -> path.startsWith(FOLDER) && path.endsWith(EXTENSION) && wanted.contains(prefix(path)),
                (path, content) -> files.put(prefix(path), parse(content, spool)));
        return files;
    }

    private static String prefix(String path) {
        return path.substring(FOLDER.length(), path.length() - EXTENSION.length());
    }

    private static IconFile parse(InputStream content, DrawingSpool spool) throws IOException {
        Map<String, Double> box = new HashMap<>();
        Map<String, String> suffixes = new TreeMap<>();
        Map<String, String> codepoints = new HashMap<>();
        Map<String, String> categories = new HashMap<>();
        List<Unplaced> icons = new ArrayList<>();
        // The archive's stream goes on behind this file, so the parser must not close it.
        try (JsonParser parser = JSON.createParser(content).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "icons" -> {
                        while (parser.nextToken() == JsonToken.FIELD_NAME) {
                            String name = parser.currentName();
                            parser.nextToken();
                            JsonNode icon = parser.readValueAsTree();
                            if (!icon.path("hidden").asBoolean()) {
                                icons.add(Unplaced.of(name, icon, spool));
                            }
                        }
                    }
                    case "left", "top", "width", "height" -> box.put(field, parser.getDoubleValue());
                    case "suffixes" ->
                        tree(parser)
                                .properties()
                                .forEach(e ->
                                        suffixes.put(e.getKey(), e.getValue().asText()));
                    case "chars" ->
                        tree(parser)
                                .properties()
                                .forEach(e -> codepoints.put(e.getValue().asText(), e.getKey()));
                    case "categories" -> categories.putAll(IconSet.categories(tree(parser)));
                    default -> parser.skipChildren();
                }
            }
        }
        return new IconFile(
                icons.stream()
                        .map(icon -> icon.placed(box))
                        .sorted(Comparator.comparing(Icon::name))
                        .toList(),
                suffixes,
                codepoints,
                categories);
    }

    private static JsonNode tree(JsonParser parser) throws IOException {
        return parser.readValueAsTree();
    }

    /** An icon before the box of its set is known, which stands behind the icons. */
    private record Unplaced(String name, DrawingSpool.Slice body, Map<String, Double> box) {
        static Unplaced of(String name, JsonNode icon, DrawingSpool spool) throws IOException {
            Map<String, Double> box = new HashMap<>();
            for (String side : List.of("left", "top", "width", "height")) {
                if (icon.has(side)) {
                    box.put(side, icon.get(side).asDouble());
                }
            }
            return new Unplaced(name, spool.add(icon.path("body").asText().getBytes(StandardCharsets.UTF_8)), box);
        }

        Icon placed(Map<String, Double> common) {
            return new Icon(
                    name,
                    body,
                    side("left", common, 0),
                    side("top", common, 0),
                    side("width", common, 16),
                    side("height", common, 16));
        }

        private double side(String side, Map<String, Double> common, double otherwise) {
            return box.getOrDefault(side, common.getOrDefault(side, otherwise));
        }
    }
}
