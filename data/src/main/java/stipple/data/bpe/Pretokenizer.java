package stipple.data.bpe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Qwen2.5's pre-tokenisation: a split by expression (digits one by one), then bytes written as printable characters. */
final class Pretokenizer {
    /** The expression as it stands in tokenizer.json. */
    static final String QWEN = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    // The engine that reads tokenizer.json takes \s for all Unicode white space; Java does so under this flag only.
    private static final Pattern SPLIT = Pattern.compile(QWEN, Pattern.UNICODE_CHARACTER_CLASS);

    /** GPT-2's alphabet: byte value to the character that stands for it. */
    private static final char[] BYTE_TO_CHAR = byteAlphabet();

    private Pretokenizer() {}

    /** The words of a text in NFC; a leading space belongs to its word. Joined they give the text again. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = SPLIT.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    /** The characters that stand for the 256 bytes, in the order of Qwen's and GPT-2's vocabularies. */
    static List<String> alphabet() {
        List<String> inOrder = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            if (BYTE_TO_CHAR[b] == b) {
                inOrder.add(String.valueOf((char) b));
            }
        }
        for (int b = 0; b < 256; b++) {
            if (BYTE_TO_CHAR[b] != b) {
                inOrder.add(String.valueOf(BYTE_TO_CHAR[b]));
            }
        }
        return inOrder;
    }

    /** The UTF-8 bytes of a word as alphabet characters, so that a space becomes {@code Ġ}. */
    static String toAlphabet(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            out.append(BYTE_TO_CHAR[b & 0xff]);
        }
        return out.toString();
    }

    /** Printable bytes stand for themselves; the others get the characters from U+0100 on. */
    private static char[] byteAlphabet() {
        char[] map = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
            map[b] = (char) (printable ? b : next);
            if (!printable) {
                next++;
            }
        }
        return map;
    }
}
