package stipple.data.clipart;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.data.build.SetWriter;

/**
 * Openclipart's drawings: titles and keywords stand in the RDF of each SVG. Taken are those that are marked as public domain,
 * have a usable title and need neither fonts of the system nor embedded pictures, which would not be drawn alike
 * everywhere.
 */
final class Openclipart {
    private static final String ROOT = "usr/share/openclipart/svg/";
    /** Folders without pictures of things: flat shapes, interface icons, playing cards, letters of light-emitting diodes. */
    private static final Pattern SKIPPED = Pattern.compile(
            "^(shapes|special|unsorted|computer/(icons|buttons|folders)|signs_and_symbols/(led|map_symbols|flags|hazard)"
                    + "|people/bodypart|transportation/(aiga-symbols|roadsigns))/|cards");

    private static final Pattern WORK = Pattern.compile("<dc:title>\\s*([^<]*?)\\s*</dc:title>");
    private static final Pattern KEYWORD = Pattern.compile("<rdf:li>\\s*([^<]*?)\\s*</rdf:li>");
    private static final Pattern LICENCE = Pattern.compile("<cc:license\\s+rdf:resource=\"([^\"]*)\"");
    private static final Pattern NOT_ALIKE = Pattern.compile("<(svg:)?(text|image|flowRoot)[\\s>]");
    private static final Pattern USABLE = Pattern.compile("[a-z][a-z' -]{2,48}");
    private static final Pattern UNFIT =
            Pattern.compile("\\b(nude|naked|sex|sexy|nazi|swastika|hitler|drug|marijuana|test|untitled|hash)\\b");

    private Openclipart() {}

    /** True for the files that {@link #read} wants. */
    static boolean isWanted(String path) {
        return path.startsWith(ROOT)
                && path.endsWith(".svg")
                && !SKIPPED.matcher(path.substring(ROOT.length())).find();
    }

    /** The usable drawings in the order of their paths; the others are counted by {@code writer}. */
    static List<ClipArt> read(Map<String, byte[]> files, SetWriter writer) {
        List<ClipArt> all = new ArrayList<>();
        files.forEach((file, bytes) -> {
            if (!isWanted(file)) {
                return;
            }
            String path = file.substring(ROOT.length(), file.length() - ".svg".length());
            String svg = new String(bytes, StandardCharsets.UTF_8);
            Matcher licence = LICENCE.matcher(svg);
            String title = title(svg);
            if (!licence.find() || !licence.group(1).toLowerCase(Locale.ROOT).contains("publicdomain")) {
                writer.leaveOut("not marked as public domain", path);
            } else if (NOT_ALIKE.matcher(svg).find()) {
                writer.leaveOut("text or a picture inside", path);
            } else if (!USABLE.matcher(title).matches() || UNFIT.matcher(title).find()) {
                writer.leaveOut("no usable title", path);
            } else {
                all.add(new ClipArt(path, file, title, "", keywords(svg, title)));
            }
        });
        return all;
    }

    /** The first title in small letters, without underscores and the number behind it. */
    private static String title(String svg) {
        Matcher title = WORK.matcher(svg);
        if (!title.find()) {
            return "";
        }
        return title.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[_,.!()]+", " ")
                .replaceAll("\\s+", " ")
                .strip()
                .replaceFirst(" ?#? ?[0-9]+[a-z]?$", "");
    }

    private static List<String> keywords(String svg, String title) {
        Set<String> keywords = new LinkedHashSet<>();
        Matcher keyword = KEYWORD.matcher(svg);
        while (keyword.find()) {
            String word = keyword.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
            if (USABLE.matcher(word).matches()
                    && !title.contains(word)
                    && !UNFIT.matcher(word).find()) {
                keywords.add(word);
            }
        }
        return List.copyOf(keywords).subList(0, Math.min(6, keywords.size()));
    }
}
