package stipple.data.edits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.DataException;
import stipple.data.StableHash;
import stipple.data.build.OutputFolder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.ShardSet;
import stipple.data.shards.TarShardWriter;

/**
 * Real edit pairs of an emoji set: the same emoji in another style, and the same emoji in the same style with another skin
 * tone. A sample is the source picture, the target picture, and instructions without tags, so the source stands before the
 * text and the target after it. Every picture is the target of at most two samples; which source it gets depends on the keys
 * alone, so the same set gives the same bytes.
 */
public final class EmojiEdits {
    /** Family of the samples whose target the emoji set holds out. */
    public static final String HOLDOUT = "holdout";

    private static final String TRAIN = "train";
    private static final String UNSEEN_PAIR = "unseen_pair";
    private static final int SHARD = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private EmojiEdits() {}

    /**
     * What was built.
     *
     * @param byKind samples of each kind, training and held out together
     */
    public record Built(int train, int holdout, Map<String, Integer> byKind) {}

    /** A picture of the emoji set. */
    private record Picture(ShardSet set, int index, String key, JsonNode facts, boolean heldOut) {
        String fact(String name) {
            return facts.path(name).asText("");
        }
    }

    /** A source and a target with what to say. */
    private record Pair(String kind, Picture source, Picture target, List<String> instructions) {
        String key() {
            return kind + "_" + source.key() + "_to_" + target.key();
        }
    }

    /**
     * Builds a set.
     *
     * @param emoji folder of a built emoji set
     * @param out folder of the new set; shards of an earlier build in it are replaced
     * @throws DataException if the emoji set is not there, or no pair comes out of it
     */
    public static Built build(Path emoji, Path out) {
        List<Picture> pictures = new ArrayList<>(pictures(emoji, TRAIN, false));
        if (holds(emoji, UNSEEN_PAIR)) {
            pictures.addAll(pictures(emoji, UNSEEN_PAIR, true));
        }
        List<Pair> pairs = new ArrayList<>(styles(pictures));
        pairs.addAll(tones(pictures));
        // Far from each other in a shard what lies together in the set.
        pairs.sort(Comparator.comparingLong((Pair pair) -> StableHash.of("edits", pair.key()))
                .thenComparing(Pair::key));
        if (pairs.isEmpty()) {
            throw new DataException(emoji + " gives no edit: it holds no emoji in two styles or skin tones");
        }
        Map<String, Integer> byKind = new TreeMap<>();
        pairs.forEach(pair -> byKind.merge(pair.kind(), 1, Integer::sum));
        try {
            OutputFolder.prepare(out);
            notices(emoji, out);
        } catch (IOException e) {
            throw new DataException("cannot write to " + out + ": " + e.getMessage(), e);
        }
        int train = write(out, TRAIN, pairs, false);
        int holdout = write(out, HOLDOUT, pairs, true);
        return new Built(train, holdout, byKind);
    }

    private static boolean holds(Path emoji, String family) {
        return Files.exists(emoji.resolve(family + "-0000.tar"));
    }

    private static List<Picture> pictures(Path emoji, String family, boolean heldOut) {
        ShardSet set = ShardSet.open(emoji, family);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            pictures.add(new Picture(set, i, set.key(i), set.json(i).path("metadata"), heldOut));
        }
        return pictures;
    }

    /** Pictures by what they have in common, those that can be a source first in the order of their keys. */
    private static Map<String, List<Picture>> groups(List<Picture> pictures, String... facts) {
        Map<String, List<Picture>> groups = new LinkedHashMap<>();
        for (Picture picture : pictures) {
            StringBuilder name = new StringBuilder();
            for (String fact : facts) {
                name.append(picture.fact(fact)).append('|');
            }
            groups.computeIfAbsent(name.toString(), g -> new ArrayList<>()).add(picture);
        }
        return groups;
    }

    private static List<Pair> styles(List<Picture> pictures) {
        List<Pair> pairs = new ArrayList<>();
        groups(pictures, "codepoints")
                .values()
                .forEach(group -> group.forEach(target -> {
                    List<Picture> sources = group.stream()
                            .filter(p -> !p.heldOut() && !p.fact("style").equals(target.fact("style")))
                            .toList();
                    if (!sources.isEmpty()) {
                        Picture source = sources.get(StableHash.index("style", target.key(), sources.size()));
                        pairs.add(new Pair("style", source, target, styleTexts(words(target.fact("style")))));
                    }
                }));
        return pairs;
    }

    private static List<Pair> tones(List<Picture> pictures) {
        List<Pair> pairs = new ArrayList<>();
        groups(pictures, "base", "style")
                .values()
                .forEach(group -> group.forEach(target -> {
                    List<Picture> sources = group.stream()
                            .filter(p -> !p.heldOut() && !p.fact("skin_tone").equals(target.fact("skin_tone")))
                            .toList();
                    if (!sources.isEmpty()) {
                        Picture source = sources.get(StableHash.index("tone", target.key(), sources.size()));
                        pairs.add(new Pair("skin_tone", source, target, toneTexts(words(target.fact("skin_tone")))));
                    }
                }));
        return pairs;
    }

    private static String words(String fact) {
        return switch (fact.toLowerCase(Locale.ROOT)) {
            case "noto" -> "Noto";
            case "noto-v1" -> "blob";
            case "3d" -> "3D";
            case "high-contrast" -> "high-contrast black and white";
            default -> fact.replace('-', ' ').replace('_', ' ');
        };
    }

    private static List<String> styleTexts(String style) {
        return List.of(
                "draw it in " + style + " style",
                "change the style to " + style,
                "the same in " + style + " style",
                "redraw this as a " + style + " emoji",
                style + " style");
    }

    private static List<String> toneTexts(String tone) {
        return tone.isEmpty()
                ? List.of("without a skin tone", "make the skin yellow", "the default skin colour")
                : List.of(
                        "with " + tone + " skin tone",
                        "change the skin tone to " + tone,
                        "the same with " + tone + " skin",
                        "make the skin " + tone);
    }

    private static int write(Path out, String family, List<Pair> pairs, boolean heldOut) {
        int count = 0;
        try (TarShardWriter writer = new TarShardWriter(out, family, SHARD)) {
            for (Pair pair : pairs) {
                if (pair.target().heldOut() == heldOut) {
                    writer.add(pair.key(), json(pair, family), List.of(image(pair.source()), image(pair.target())));
                    count++;
                }
            }
            writer.finishAll();
        }
        return count;
    }

    private static ImageMember image(Picture picture) {
        return new ImageMember(
                "png", picture.set().get(picture.index()).images().getFirst());
    }

    private static String json(Pair pair, String family) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode captions = json.putArray("caption");
        pair.instructions().forEach(captions::add);
        ObjectNode metadata = json.putObject("metadata");
        metadata.put("kind", pair.kind());
        metadata.put("source_key", pair.source().key())
                .put("target_key", pair.target().key());
        metadata.put(
                "source_caption",
                pair.source().fact("label") + ", " + words(pair.source().fact("style")));
        metadata.put("source", pair.source().fact("source"))
                .put("licence", pair.source().fact("license"));
        metadata.put("target_source", pair.target().fact("source"));
        metadata.put("target_licence", pair.target().fact("license"));
        metadata.put("split", family);
        return json.toString();
    }

    /** The licences go with the pictures. */
    private static void notices(Path emoji, Path out) throws IOException {
        for (String name : List.of("LICENSES.md", "licenses")) {
            Path from = emoji.resolve(name);
            if (!Files.exists(from)) {
                continue;
            }
            try (var files = Files.walk(from)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path to = out.resolve(emoji.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(to);
                    } else {
                        Files.write(to, Files.readAllBytes(file));
                    }
                }
            }
        }
    }
}
