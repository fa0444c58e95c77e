package stipple.data.words;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import stipple.data.DataException;
import stipple.data.packages.TgzArchive;

/**
 * Everyday English words of 2 to 8 letters out of WordNet: those of which at least two meanings occur in the texts that its
 * authors tagged, or that emoji are known by. Left out is what nobody would put on a sign: a word with any meaning that the
 * dictionary marks as offensive (a first meaning, if emoji are known by it), and one whose first meaning is about sex, drugs
 * or violence.
 */
final class WordList {
    private static final List<String> PARTS = List.of("noun", "verb", "adj", "adv");
    private static final String EMOJI = "en/data.json";
    private static final Pattern WORD = Pattern.compile("[a-z]{2,8}");
    private static final int MEANINGS = 2;

    private static final Pattern OFFENSIVE =
            Pattern.compile("\\b(offensive|slurs?|vulgar|obscen|derogatory|disparag|taboo)", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNFIT = Pattern.compile(
            "\\b(sexual|genital|penis|vagina|prostitut|rape|narcotic|heroin|cocaine|feces|faeces|excre|urin|murder|suicid"
                    + "|genocid|torture|slave|nazi|naked|nude|incest|lynch|fornicat|corpse|terroris|buttocks)",
            Pattern.CASE_INSENSITIVE);
    /** Those that no explanation gives away. */
    private static final Set<String> ALSO_UNFIT = Set.of(
            "abuse", "assault", "ass", "bastard", "bosom", "breast", "bum", "christ", "climax", "cripple", "crucify",
            "damn", "damned", "dope", "erect", "fart", "grope", "jew", "kill", "killing", "negro", "orgy", "slavery",
            "suck", "torture", "violate", "virgin");

    /** What a dictionary file says of a word. */
    private static final class Entry {
        private int meanings;
        private boolean offensive;
        private boolean offensiveFirst;
        private boolean unfitFirst;

        boolean isWanted(boolean everyday) {
            return !unfitFirst && !offensiveFirst && (everyday || (meanings >= MEANINGS && !offensive));
        }
    }

    private WordList() {}

    /**
     * The words in alphabetical order.
     *
     * @param wordNet the package archive of WordNet
     * @param emojibase the package archive with the emoji's keywords
     */
    static List<String> read(Path wordNet, Path emojibase) {
        Map<String, byte[]> files = TgzArchive.read(wordNet, path -> path.startsWith("dict/"));
        Map<String, Entry> entries = new HashMap<>();
        for (String part : PARTS) {
            Set<String> offensive = new HashSet<>();
            Set<String> unfit = new HashSet<>();
            for (String line : lines(files, "dict/data." + part, wordNet)) {
                mark(line, OFFENSIVE, offensive);
                mark(line, UNFIT, unfit);
            }
            lines(files, "dict/index." + part, wordNet).forEach(line -> take(line, offensive, unfit, entries));
        }
        Set<String> everyday = emojiWords(emojibase);
        Set<String> words = new TreeSet<>();
        entries.forEach((word, entry) -> {
            if (WORD.matcher(word).matches() && entry.isWanted(everyday.contains(word)) && !ALSO_UNFIT.contains(word)) {
                words.add(word);
            }
        });
        return List.copyOf(words);
    }

    private static List<String> lines(Map<String, byte[]> files, String path, Path archive) {
        byte[] file = files.get(path);
        if (file == null) {
            throw new DataException(archive + " lacks " + path + "; it is not WordNet");
        }
        return new String(file, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("  "))
                .toList();
    }

    /** {@code offset … | explanation}: notes the meaning if its explanation matches (wndb(5WN)). */
    private static void mark(String line, Pattern pattern, Set<String> marked) {
        int bar = line.indexOf('|');
        if (bar >= 0 && pattern.matcher(line).find(bar)) {
            marked.add(line.substring(0, line.indexOf(' ')));
        }
    }

    /** {@code lemma pos synsets p pointer…(p) senses tagged offset…}, the most frequent meaning first (wndb(5WN)). */
    private static void take(String line, Set<String> offensive, Set<String> unfit, Map<String, Entry> entries) {
        String[] fields = line.strip().split(" ");
        int pointers = Integer.parseInt(fields[3]);
        Entry entry = entries.computeIfAbsent(fields[0], x -> new Entry());
        entry.meanings += Integer.parseInt(fields[5 + pointers]);
        int first = 6 + pointers;
        entry.offensiveFirst |= offensive.contains(fields[first]);
        entry.unfitFirst |= unfit.contains(fields[first]);
        for (int i = first; i < fields.length; i++) {
            entry.offensive |= offensive.contains(fields[i]);
        }
    }

    private static Set<String> emojiWords(Path emojibase) {
        byte[] file = TgzArchive.read(emojibase, EMOJI::equals).get(EMOJI);
        if (file == null) {
            throw new DataException(emojibase + " lacks " + EMOJI);
        }
        try {
            Set<String> words = new HashSet<>();
            for (JsonNode entry : new ObjectMapper().readTree(file)) {
                entry.path("tags").forEach(tag -> words.add(tag.asText()));
            }
            return words;
        } catch (IOException e) {
            throw new DataException(emojibase + ": " + EMOJI + " does not parse: " + e.getMessage(), e);
        }
    }
}
