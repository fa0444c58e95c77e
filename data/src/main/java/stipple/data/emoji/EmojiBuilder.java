package stipple.data.emoji;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.build.Workers;
import stipple.data.pixels.Pixels;
import stipple.data.quality.DuplicateIndex;
import stipple.data.quality.Fingerprint;
import stipple.data.quality.PictureChecks;

/**
 * Builds the emoji data set: tar shards of pictures with captions in several styles, split into {@code train},
 * {@code unseen_emoji} and {@code unseen_pair}. The same options and packages give the same bytes.
 */
public final class EmojiBuilder {
    private static final int REPORT_EVERY = 100;

    private EmojiBuilder() {}

    /** A picture to draw. */
    private record Planned(EmojiEntry entry, EmojiStyle style) {
        String key() {
            return entry.codepoints().replace('-', '_') + "_" + style.keyPart();
        }

        String split() {
            return SplitRule.split(entry.base(), style);
        }
    }

    /** A drawn picture, or the reason why it is left out. */
    private record Drawn(Planned planned, SetWriter.Encoded encoded, Fingerprint fingerprint, String fault) {}

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
            List<Planned> plan = plan(emoji, writer);
            // By style: a picture that two styles share is a true picture of both.
            Map<EmojiStyle, DuplicateIndex> seen = new EnumMap<>(EmojiStyle.class);
            Set<EmojiStyle> drawn = new HashSet<>();
            int[] done = new int[1];
            Workers.inOrder(plan.iterator(), options.threads(), p -> draw(p, emoji, options.size()), result -> {
                Optional<String> fault = Optional.ofNullable(result.fault())
                        .or(() -> seen.computeIfAbsent(result.planned().style(), x -> new DuplicateIndex())
                                .add(result.fingerprint()));
                if (fault.isPresent()) {
                    writer.leaveOut(fault.get(), result.planned().key());
                } else {
                    writer.add(result.encoded());
                    drawn.add(result.planned().style());
                }
                done[0]++;
                if (done[0] % REPORT_EVERY == 0 || done[0] == plan.size()) {
                    progress.accept(new BuildProgress("draw", done[0], plan.size()));
                }
            });
            for (EmojiStyle style : options.styles()) {
                if (!drawn.contains(style)) {
                    throw new DataException("no picture of style " + style.id() + " could be drawn from "
                            + style.source().spec() + "; its archive does not hold what this version expects");
                }
            }
            return writer.finish(emoji.credits());
        }
    }

    /**
     * All pictures to draw, in an order that mixes styles and subjects in every shard. What is held out comes first: of
     * two equal pictures the first is kept, so none of them is trained on.
     */
    private static List<Planned> plan(EmojiCollection emoji, SetWriter writer) {
        List<Planned> plan = new ArrayList<>();
        for (EmojiStyle style : emoji.styles()) {
            for (EmojiEntry entry : emoji.catalog().entries()) {
                if (emoji.has(entry.codepoints(), style)) {
                    plan.add(new Planned(entry, style));
                } else {
                    writer.leaveOut("no picture in style " + style.id(), entry.label());
                }
            }
        }
        plan.sort(Comparator.comparing((Planned p) -> p.split().equals(SplitRule.TRAIN))
                .thenComparingLong(p -> SplitRule.hash("order|" + p.key()))
                .thenComparing(Planned::key));
        return plan;
    }

    private static Drawn draw(Planned planned, EmojiCollection emoji, int size) {
        Pixels pixels = emoji.draw(planned.entry().codepoints(), planned.style(), size);
        Optional<String> fault = PictureChecks.fault(pixels);
        if (fault.isPresent()) {
            return new Drawn(planned, null, null, fault.get());
        }
        BuiltSample sample = new BuiltSample(planned.split(), planned.key(), json(planned), List.of(pixels));
        return new Drawn(planned, SetWriter.Encoded.of(sample), Fingerprint.of(pixels), null);
    }

    /** The sample's JSON: {@code caption} is the list of short variants, the canonical one first. */
    private static ObjectNode json(Planned planned) {
        EmojiEntry entry = planned.entry();
        EmojiStyle style = planned.style();
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
        metadata.put("split", planned.split());
        return root;
    }
}
