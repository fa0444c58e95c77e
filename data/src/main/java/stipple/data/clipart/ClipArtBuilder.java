package stipple.data.clipart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import stipple.data.DataException;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.caption.Sentences;
import stipple.data.drawings.Drawing;
import stipple.data.drawings.DrawingPlan;
import stipple.data.packages.DebArchive;
import stipple.data.packages.DebPackage;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.data.svg.SvgRenderer;

/** Builds a set of clip-art with captions from its titles and keywords. */
public final class ClipArtBuilder {
    /** Pictures whose title training never sees. */
    public static final String UNSEEN_TITLE = "unseen_title";

    private static final String SALT = "stipple-clipart-1";
    private static final double UNSEEN_SHARE = 0.04;

    private ClipArtBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param tier the collection
     * @param size side of the pictures in pixels
     * @param threads threads that draw; the result does not depend on it
     * @param packages where packages come from
     */
    public record Options(Path output, ClipArtTier tier, int size, int threads, DebPackage.Source packages) {
        /** Checks the ranges. */
        public Options {
            DrawingPlan.requireSize(size);
            if (threads < 1) {
                throw new DataException("threads are at least 1, given " + threads);
            }
        }

        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of("generator", "clipart 1", "tier", tier.id(), "size", Integer.toString(size)));
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        ClipArtTier tier = options.tier();
        SetDescription set = new SetDescription(
                options.output(),
                tier.id(),
                "Pictures with titles from " + tier.source().name() + ", laid on white. `unseen_title` holds pictures"
                        + " whose title training never sees.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN_TITLE),
                options.parameters(),
                1000);
        progress.accept(new BuildProgress("fetch " + tier.source().spec(), 0, 1));
        Path archive = options.packages().fetch(tier.source());
        Predicate<String> wanted = tier == ClipArtTier.CLIPART ? Openclipart::isWanted : TuxPaintStamps::isWanted;
        Map<String, byte[]> files = DebArchive.read(
                archive, path -> wanted.test(path) || path.equals(tier.source().copyrightFile()));
        try (SetWriter writer = new SetWriter(set)) {
            List<ClipArt> all =
                    tier == ClipArtTier.CLIPART ? Openclipart.read(files, writer) : TuxPaintStamps.read(files, writer);
            List<Drawing> drawings =
                    all.stream().map(art -> drawing(art, tier, files)).toList();
            DrawingPlan.write(DrawingPlan.ordered(drawings, SALT), options.size(), options.threads(), writer, progress);
            return writer.finish(List.of(tier.source().credit(files)));
        }
    }

    private static Drawing drawing(ClipArt art, ClipArtTier tier, Map<String, byte[]> files) {
        String family = StableHash.share(SALT, art.title()) < UNSEEN_SHARE ? UNSEEN_TITLE : SetDescription.TRAIN;
        return new Drawing(
                art.path().replaceAll("[^A-Za-z0-9]+", "_"),
                family,
                tier.id(),
                () -> json(art, tier, family),
                size -> draw(art, files.get(art.file()), size));
    }

    private static Pixels draw(ClipArt art, byte[] bytes, int size) {
        return art.file().endsWith(".svg")
                ? SvgRenderer.renderFitted(bytes, size, art.path())
                : Resampler.fitOnWhite(PixelReader.read(bytes, art.path()), size, Resampler.Filter.LANCZOS);
    }

    private static ObjectNode json(ClipArt art, ClipArtTier tier, String family) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("caption")
                .add(art.title() + ", " + tier.phrase())
                .add(tier.opener() + " " + art.title())
                .add(art.title());
        String keywords = art.keywords().isEmpty() ? "" : " Keywords: " + String.join(", ", art.keywords()) + ".";
        json.putArray("caption_long")
                .add(Sentences.capital(tier.opener()) + " " + art.title()
                        + " on a plain white background, from the category " + art.category() + "." + keywords);
        if (!art.chinese().isEmpty()) {
            json.putArray("caption_zh").add(art.chinese());
        }
        json.putObject("metadata")
                .put("label", art.title())
                .put("class", art.category())
                .put("style", tier.id())
                .put("source", tier.source().spec())
                .put("license", tier.source().licence())
                .put("split", family);
        return json;
    }
}
