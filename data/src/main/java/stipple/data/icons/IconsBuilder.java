package stipple.data.icons;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.CreditFiles;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.drawings.Drawing;
import stipple.data.drawings.DrawingPlan;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.svg.IconSet;
import stipple.data.svg.SvgRenderer;

/** Builds the icon set: things with names in several icon styles; signs of user interfaces and brands are left out. */
public final class IconsBuilder {
    /** Things that training never sees in any style. */
    public static final String UNSEEN_ICON = "unseen_icon";

    private static final String SALT = "stipple-icons-1";
    private static final double UNSEEN_SHARE = 0.04;
    /** Parts of names that mark signs of user interfaces, which show nothing, and brands, which are somebody's. */
    private static final Pattern SIGN = Pattern.compile(
            "(^|-)(align|alignment|arrow|arrows|border|brackets|bring|caret|column|cursor|distribute|file|fill|filter|grid"
                    + "|indent|layout|list|logo|margin|menu|merge|number|page|paragraph|row|rows|select|selection|send|sort"
                    + "|split|subtract|table|text|toggle|workflow|zoom|wordpress|facebook|google|twitter|github|tiktok"
                    + "|instagram|youtube|wechat|alipay|adobe|android|apple|bitcoin|abstract)(-|$)");
    /** Endings that number the drawings of one thing, or give a size. */
    private static final Pattern NUMBERED = Pattern.compile("-(\\d+|one|two|three|four|five|alt)$");

    private IconsBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param size side of the pictures in pixels
     * @param styles the styles to include
     * @param threads threads that draw; the result does not depend on it
     * @param packages where packages come from
     */
    public record Options(Path output, int size, List<IconStyle> styles, int threads, PackageSource packages) {
        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of(
                    "generator", "icons 1",
                    "size", Integer.toString(size),
                    "styles",
                            String.join(
                                    ",",
                                    styles.stream().map(IconStyle::id).sorted().toList())));
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "icons",
                "Icons of things in several styles, with captions from their names. Signs of user interfaces and brands"
                        + " are left out. `unseen_icon` holds things that training never sees in any style.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN_ICON),
                options.parameters(),
                1000);
        Map<NpmPackage, IconSet> icons = new LinkedHashMap<>();
        List<CreditFiles> credits = new ArrayList<>();
        for (IconStyle style : options.styles()) {
            if (!icons.containsKey(style.source())) {
                progress.accept(new BuildProgress("fetch " + style.source().spec(), 0, 1));
                Path archive = options.packages().fetch(style.source());
                icons.put(style.source(), IconSet.read(archive));
                credits.add(style.source().credit(archive));
            }
        }
        try (SetWriter writer = new SetWriter(set)) {
            List<Drawing> drawings = new ArrayList<>();
            for (IconStyle style : options.styles()) {
                drawings.addAll(drawings(style, icons.get(style.source()), writer));
            }
            DrawingPlan.write(DrawingPlan.ordered(drawings, SALT), options.size(), options.threads(), writer, progress);
            return writer.finish(credits);
        }
    }

    /** The icons of a style; of one that is drawn in several sizes, the largest. */
    private static List<Drawing> drawings(IconStyle style, IconSet icons, SetWriter writer) {
        Map<String, String> largest = new TreeMap<>();
        for (String icon : icons.names()) {
            String subject = style.subject(icon);
            if (subject.isEmpty()) {
                continue;
            }
            if (SIGN.matcher(subject).find()) {
                writer.leaveOut("sign of a user interface, or a brand", icon);
                continue;
            }
            String slug =
                    style == IconStyle.FLUENT_COLOUR ? NUMBERED.matcher(subject).replaceFirst("") : subject;
            largest.merge(slug, icon, (a, b) -> size(a) > size(b) ? a : b);
        }
        List<Drawing> drawings = new ArrayList<>();
        largest.forEach((slug, icon) -> {
            String words = words(slug);
            String family = StableHash.share(SALT, words) < UNSEEN_SHARE ? UNSEEN_ICON : SetDescription.TRAIN;
            drawings.add(new Drawing(
                    slug.replace('-', '_') + "_" + style.id().replace('-', '_'),
                    family,
                    style.id(),
                    () -> json(words, style, family),
                    size -> SvgRenderer.render(icons.svg(icon), size, icon)));
        });
        return drawings;
    }

    private static int size(String icon) {
        Matcher number = Pattern.compile("(\\d+)$").matcher(icon);
        return number.find() ? Integer.parseInt(number.group()) : 0;
    }

    /** The slug as words, without numbers behind it. */
    static String words(String slug) {
        return NUMBERED.matcher(slug).replaceFirst("").replace('-', ' ');
    }

    private static ObjectNode json(String words, IconStyle style, String family) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("caption")
                .add(words + ", " + style.phrase())
                .add(style.opener() + " " + words)
                .add(words + " icon")
                .add("an icon of " + words + ", " + style.phrase());
        json.putArray("caption_long")
                .add("A simple icon that stands for " + words + ", drawn in " + style.phrase()
                        + " on a plain white background.");
        json.putObject("metadata")
                .put("label", words)
                .put("style", style.id())
                .put("source", style.source().spec())
                .put("license", style.source().licence())
                .put("split", family);
        return json;
    }
}
