package stipple.data.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import stipple.data.DataException;
import stipple.data.packages.TgzArchive;

/**
 * Definitions of things that can be drawn, from WordNet's nouns: {@code dog, domestic dog: a member of the genus Canis}.
 * Abstract nouns and people are left out, and so is whatever the dictionary itself marks as offensive.
 */
final class Glosses {
    private static final String NOUNS = "dict/data.noun";
    /** Lexicographer files: animal, artifact, body, food, object, phenomenon, plant, shape, substance. */
    private static final Set<String> DRAWABLE = Set.of("05", "06", "08", "13", "17", "19", "20", "25", "27");

    private static final Pattern OFFENSIVE = Pattern.compile(
            "\\b(offensive|slur|vulgar|obscene|derogatory|disparaging|taboo|sexual|genital|penis|vagina|narcotic|drug)",
            Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 240;

    private Glosses() {}

    /** A definition with its synset's offset, which names it. */
    record Gloss(String id, String text) {}

    /** All definitions in the order of the dictionary. */
    static List<Gloss> read(Path tgz) {
        Map<String, byte[]> files = TgzArchive.read(tgz, NOUNS::equals);
        if (files.isEmpty()) {
            throw new DataException(tgz + " lacks " + NOUNS + "; it is not WordNet");
        }
        List<Gloss> glosses = new ArrayList<>();
        new String(files.get(NOUNS), StandardCharsets.UTF_8).lines().forEach(line -> {
            Gloss gloss = parse(line);
            if (gloss != null) {
                glosses.add(gloss);
            }
        });
        return glosses;
    }

    /** {@code offset lex_filenum type count(hex) word lex_id … | gloss}; null for what is left out (wndb(5WN)). */
    static Gloss parse(String line) {
        int bar = line.indexOf('|');
        if (bar < 0 || line.startsWith("  ")) {
            return null;
        }
        String[] fields = line.substring(0, bar).split(" ");
        String definition = line.substring(bar + 1).split("; \"")[0].strip();
        if (!DRAWABLE.contains(fields[1]) || OFFENSIVE.matcher(line).find() || definition.length() > LONGEST) {
            return null;
        }
        int count = Integer.parseInt(fields[3], 16);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < Math.min(count, 3); i++) {
            words.add(fields[4 + 2 * i].replace('_', ' '));
        }
        return new Gloss(fields[0], String.join(", ", words) + ": " + definition);
    }
}
