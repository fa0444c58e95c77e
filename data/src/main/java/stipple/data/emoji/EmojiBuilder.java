package stipple.data.emoji;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.OutputFolder;
import stipple.data.shards.ShardInfo;
import stipple.data.shards.TarShardWriter;

/**
 * Builds the emoji data set: tar shards of pictures with captions in six styles, split into {@code train},
 * {@code unseen_emoji} and {@code unseen_pair}. The same options and packages give the same bytes.
 */
public final class EmojiBuilder {
    private static final int REPORT_EVERY = 100;

    private EmojiBuilder() {}

    /** Builds the data set and tells {@code progress} about it from the calling thread. */
    public static BuildReport build(EmojiOptions options, Consumer<BuildProgress> progress) {
        OutputFolder.prepare(options.output());
        Map<NpmPackage, Path> archives = fetch(options, progress);
        List<PlannedSample> plan = new ArrayList<>();
        Map<String, Integer> unmatched = new LinkedHashMap<>();
        plan(options, archives, plan, unmatched, progress);
        Tally tally = new Tally();
        ContactSheet sheet = new ContactSheet(plan);
        Map<String, TarShardWriter> writers = new LinkedHashMap<>();
        try {
            for (String split : List.of(SplitRule.TRAIN, SplitRule.UNSEEN_EMOJI, SplitRule.UNSEEN_PAIR)) {
                writers.put(split, new TarShardWriter(options.output(), split, options.samplesPerShard()));
            }
            int[] done = new int[1];
            SampleRenderer.render(plan, options.size(), options.threads(), rendered -> {
                PlannedSample sample = rendered.sample();
                if (rendered.pixels().isWhite()) {
                    tally.blank(sample);
                } else {
                    tally.count(sample);
                    sheet.add(sample, rendered.pixels());
                    writers.get(sample.split()).add(sample.key(), rendered.json(), List.of(rendered.png()));
                }
                done[0]++;
                if (done[0] % REPORT_EVERY == 0 || done[0] == plan.size()) {
                    progress.accept(new BuildProgress("draw", done[0], plan.size()));
                }
            });
            List<ShardInfo> shards = new ArrayList<>();
            writers.values().forEach(w -> shards.addAll(w.finishAll()));
            for (EmojiStyle style : options.styles()) {
                if (!tally.has(style)) {
                    throw new DataException("no picture of style " + style.id() + " could be drawn from "
                            + style.source().spec() + "; its archive does not hold what this version expects");
                }
            }
            BuildReport report = tally.report(options.output(), unmatched, shards);
            sheet.write(options.output());
            LicenceFiles.write(options.output(), archives);
            IndexFiles.write(options, archives.keySet(), report);
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + options.output(), e);
        } finally {
            writers.values().forEach(TarShardWriter::close);
        }
    }

    private static Map<NpmPackage, Path> fetch(EmojiOptions options, Consumer<BuildProgress> progress) {
        List<NpmPackage> needed = new ArrayList<>(List.of(NpmPackage.EMOJIBASE));
        for (EmojiStyle style : EmojiStyle.values()) {
            boolean lendsNames = style == EmojiStyle.FLAT || style == EmojiStyle.NOTO;
            if (lendsNames || options.styles().contains(style)) {
                needed.add(style.source());
            }
        }
        Map<NpmPackage, Path> archives = new LinkedHashMap<>();
        for (NpmPackage npmPackage : needed) {
            progress.accept(new BuildProgress("fetch " + npmPackage.spec(), archives.size(), needed.size()));
            Path file = options.packages().fetch(npmPackage);
            if (!Files.isReadable(file)) {
                throw new DataException("the archive of " + npmPackage.spec() + " is not readable at " + file);
            }
            archives.put(npmPackage, file);
        }
        return archives;
    }

    /** All pictures to draw, in an order that mixes styles and subjects in every shard. */
    private static void plan(
            EmojiOptions options,
            Map<NpmPackage, Path> archives,
            List<PlannedSample> plan,
            Map<String, Integer> unmatched,
            Consumer<BuildProgress> progress) {
        EmojiCatalog catalog = EmojiCatalog.read(archives.get(NpmPackage.EMOJIBASE));
        Map<EmojiStyle, IconSet> sets = new EnumMap<>(EmojiStyle.class);
        IconSet flat = IconSet.read(archives.get(EmojiStyle.FLAT.source()));
        IconSet noto = IconSet.read(archives.get(EmojiStyle.NOTO.source()));
        sets.put(EmojiStyle.FLAT, flat);
        sets.put(EmojiStyle.NOTO, noto);
        int read = 0;
        for (EmojiStyle style : EmojiStyle.values()) {
            if (!options.styles().contains(style)) {
                continue;
            }
            progress.accept(new BuildProgress(
                    "read " + style.id(), read++, options.styles().size()));
            Path archive = archives.get(style.source());
            PictureSource pictures = switch (style) {
                case THREE_D -> PictureSource.files(catalog, archive);
                case NOTO, NOTO_V1 ->
                    PictureSource.icons(catalog, sets.computeIfAbsent(style, s -> IconSet.read(archive)), noto);
                case FLAT, GRADIENT, HIGH_CONTRAST ->
                    PictureSource.icons(catalog, sets.computeIfAbsent(style, s -> IconSet.read(archive)), flat);
            };
            int before = plan.size();
            pictures.names()
                    .forEach((codepoints, name) ->
                            plan.add(new PlannedSample(catalog.byCodepoints(codepoints), style, pictures, name)));
            unmatched.put(style.id(), catalog.entries().size() - (plan.size() - before));
        }
        plan.sort(Comparator.comparingLong((PlannedSample s) -> SplitRule.hash("order|" + s.key()))
                .thenComparing(PlannedSample::key));
    }
}
