package stipple.data.emoji;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.drawings.Drawing;
import stipple.data.drawings.DrawingPlan;

/**
 * Builds the emoji data set: tar shards of pictures with captions in several styles, split into {@code train},
 * {@code unseen_emoji} and {@code unseen_pair}. The same options and packages give the same bytes.
 */
public final class EmojiBuilder {
    private EmojiBuilder() {}

    /** Builds the data set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(EmojiOptions options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "emoji",
                "Emoji drawn in several styles on white, with captions from their names and keywords. `unseen_emoji`"
                        + " holds emoji that training never sees in any style, `unseen_pair` pairs of a known emoji and"
                        + " a known style that training never sees together.",
                "pair",
                SplitRule.ALL,
                options.parameters(),
                options.samplesPerShard());
        try (SetWriter writer = new SetWriter(set)) {
            EmojiCollection emoji = EmojiCollection.open(options.styles(), options.packages(), progress);
            List<Drawing> plan = DrawingPlan.ordered(plan(emoji, writer), SplitRule.SALT);
            Set<String> drawn = DrawingPlan.write(plan, options.size(), options.threads(), writer, progress);
            for (EmojiStyle style : options.styles()) {
                if (!drawn.contains(style.id())) {
                    throw new DataException("no picture of style " + style.id() + " could be drawn from "
                            + style.source().spec() + "; its archive does not hold what this version expects");
                }
            }
            return writer.finish(emoji.credits());
        }
    }

    private static List<Drawing> plan(EmojiCollection emoji, SetWriter writer) {
        List<Drawing> plan = new ArrayList<>();
        for (EmojiStyle style : emoji.styles()) {
            for (EmojiEntry entry : emoji.catalog().entries()) {
                if (emoji.has(entry.codepoints(), style)) {
                    plan.add(drawing(entry, style, emoji));
                } else {
                    writer.leaveOut("no picture in style " + style.id(), entry.label());
                }
            }
        }
        return plan;
    }

    private static Drawing drawing(EmojiEntry entry, EmojiStyle style, EmojiCollection emoji) {
        String split = SplitRule.split(entry.base(), style);
        return new Drawing(
                entry.codepoints().replace('-', '_') + "_" + style.keyPart(),
                split,
                style.id(),
                () -> json(entry, style, split),
                size -> emoji.draw(entry.codepoints(), style, size));
    }

    /** The sample's JSON: {@code caption} is the list of short variants, the canonical one first. */
    private static ObjectNode json(EmojiEntry entry, EmojiStyle style, String split) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        CaptionWriter.captions(entry, style).forEach(root.putArray("caption")::add);
        CaptionWriter.longCaptions(entry, style).forEach(root.putArray("caption_long")::add);
        if (!entry.chinese().isEmpty()) {
            CaptionWriter.chinese(entry, style).forEach(root.putArray("caption_zh")::add);
        }
        ObjectNode metadata = root.putObject("metadata");
        metadata.put("label", entry.label());
        entry.tags().forEach(metadata.putArray("tags")::add);
        metadata.put("group", entry.group());
        metadata.put("subgroup", entry.subgroup());
        metadata.put("style", style.id());
        metadata.put("codepoints", entry.codepoints());
        metadata.put("skin_tone", entry.skinTone());
        metadata.put("base", entry.base());
        metadata.put("source", style.source().spec());
        metadata.put("license", style.source().licence());
        metadata.put("split", split);
        return root;
    }
}
