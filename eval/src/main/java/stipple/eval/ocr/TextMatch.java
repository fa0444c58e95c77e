package stipple.eval.ocr;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How near a text that was read comes to the one that was asked for. Case, spaces, punctuation and accents do not count: readers
 * guess them from the size of letters, which a picture of one word does not tell.
 *
 * @param read what was read, on one line
 * @param distance letters to insert, delete or replace
 * @param score 1 for the same text, 0 for nothing in common
 */
public record TextMatch(String read, int distance, double score) {
    /** Compares. */
    public static TextMatch of(String wanted, List<ReadText> lines) {
        String read = lines.stream().map(ReadText::text).collect(Collectors.joining(" "));
        String a = letters(wanted);
        String b = letters(read);
        int distance = distance(a, b);
        return new TextMatch(read, distance, 1 - (double) distance / Math.max(1, Math.max(a.length(), b.length())));
    }

    /** Whether the text is right. */
    public boolean isRight() {
        return distance == 0;
    }

    static String letters(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
