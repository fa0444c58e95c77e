package stipple.data.emoji;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.build.Workers;
import stipple.data.pixels.Pixels;
import stipple.data.quality.Fingerprint;
import stipple.data.quality.PictureChecks;

/**
 * Builds edits between emoji pictures: skin tone, style, colouring, gender, direction, colour, mirror image. A sample is
 * the source picture, the target picture and instructions.
 */
public final class EmojiEditBuilder {
    private static final int REPORT_EVERY = 100;
    /** Pictures whose small copies differ by less anywhere show the same; an instruction would teach nothing. */
    private static final int VISIBLE = 12;

    private EmojiEditBuilder() {}

    private record Drawn(EmojiEdit edit, SetWriter.Encoded encoded, String fault) {}

    /** Everything that determines the bytes. */
    public static Map<String, String> parameters(EmojiOptions options, int perKind) {
        Map<String, String> all = new TreeMap<>(options.parameters());
        all.put("per_kind", Integer.toString(perKind));
        all.put("instructions", "2");
        return all;
    }

    /**
     * Builds the set.
     *
     * @param options folder, size, styles and packages as for the emoji set
     * @param perKind edits of a kind at most
     */
    public static SetReport build(EmojiOptions options, int perKind, Consumer<BuildProgress> progress) {
        if (perKind < 1) {
            throw new DataException("edits of a kind are at least 1, given " + perKind);
        }
        SetDescription set = new SetDescription(
                options.output(),
                "edits",
                "Edits between emoji pictures: the source, the target, and instructions that lead from one to the"
                        + " other. An edit is trained on only if both of its pictures may be.",
                "edit",
                SplitRule.ALL,
                parameters(options, perKind),
                options.samplesPerShard());
        try (SetWriter writer = new SetWriter(set)) {
            EmojiCollection emoji = EmojiCollection.open(options.styles(), options.packages(), progress);
            List<EmojiEdit> plan = EmojiEditPlan.plan(emoji, perKind);
            int[] done = new int[1];
            Workers.inOrder(plan.iterator(), options.threads(), e -> draw(e, emoji, options.size()), drawn -> {
                if (drawn.fault() == null) {
                    writer.add(drawn.encoded());
                } else {
                    writer.leaveOut(drawn.fault(), drawn.edit().key());
                }
                done[0]++;
                if (done[0] % REPORT_EVERY == 0 || done[0] == plan.size()) {
                    progress.accept(new BuildProgress("draw", done[0], plan.size()));
                }
            });
            return writer.finish(emoji.credits());
        }
    }

    private static Drawn draw(EmojiEdit edit, EmojiCollection emoji, int size) {
        Pixels source = emoji.draw(edit.source().codepoints(), edit.sourceStyle(), size);
        Pixels target = edit.kind() == EditKind.MIRROR
                ? source.mirrored()
                : emoji.draw(edit.target().codepoints(), edit.targetStyle(), size);
        Optional<String> fault = PictureChecks.fault(source).or(() -> PictureChecks.fault(target));
        if (fault.isPresent()) {
            return new Drawn(edit, null, fault.get());
        }
        if (Fingerprint.of(source).distance(Fingerprint.of(target)) < VISIBLE) {
            return new Drawn(
                    edit, null, "edit that changes nothing (" + edit.kind().id() + ")");
        }
        BuiltSample sample = new BuiltSample(edit.split(), edit.key(), json(edit), List.of(source, target));
        return new Drawn(edit, SetWriter.Encoded.of(sample), null);
    }

    private static ObjectNode json(EmojiEdit edit) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        String source =
                CaptionWriter.captions(edit.source(), edit.sourceStyle()).getFirst();
        String target =
                CaptionWriter.captions(edit.target(), edit.targetStyle()).getFirst();
        edit.kind().english(edit.what()).forEach(root.putArray("caption")::add);
        edit.kind().englishLong(edit.what(), source, target).forEach(root.putArray("caption_long")::add);
        edit.kind().chinese(edit.chinese()).forEach(root.putArray("caption_zh")::add);
        root.put("source_caption", source);
        root.put("target_caption", target);
        TreeSet<String> licences = new TreeSet<>(List.of(
                edit.sourceStyle().source().licence(),
                edit.targetStyle().source().licence()));
        root.putObject("metadata")
                .put("edit", edit.kind().id())
                .put("asked", edit.what())
                .put("source_codepoints", edit.source().codepoints())
                .put("target_codepoints", edit.target().codepoints())
                .put("source_style", edit.sourceStyle().id())
                .put("style", edit.targetStyle().id())
                .put("source_of_source", edit.sourceStyle().source().spec())
                .put("source", edit.targetStyle().source().spec())
                .put("license", String.join(" AND ", licences))
                .put("split", edit.split());
        return root;
    }
}
