package stipple.train.pipeline;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import stipple.model.config.SpecialTokens;
import stipple.model.text.SpecialText;

/** A tokenizer for tests: every letter is its own token, and the ids of the special tokens are above all letters. */
final class Letters {
    static final int AREA = 1000;
    static final SpecialTokens TOKENS = new SpecialTokens(1001, 1002, 1003, 1004, 1005);

    private Letters() {}

    static int[] ids(String text) {
        if (text.startsWith(SpecialText.IMAGE_AREA)) {
            return IntStream.concat(
                            IntStream.of(AREA),
                            text.substring(SpecialText.IMAGE_AREA.length()).chars())
                    .toArray();
        }
        return text.chars().toArray();
    }

    /** The row in words: letters as they are, the special tokens as [ . ] for the ends and slots of a picture, | for the end. */
    static String text(int[] ids) {
        return Arrays.stream(ids)
                .mapToObj(id -> switch (id) {
                    case AREA -> "#";
                    case 1001 -> "[";
                    case 1002 -> "]";
                    case 1003 -> ".";
                    case 1004 -> "_";
                    case 1005 -> "|";
                    default -> Character.toString(id);
                })
                .collect(Collectors.joining());
    }

    /** The learnt tokens of a row as {@link #text} writes them, the others as spaces. */
    static String learnt(TokenRow row) {
        return IntStream.range(0, row.length())
                .mapToObj(i -> row.labels()[i] == -100 ? " " : text(new int[] {(int) row.labels()[i]}))
                .collect(Collectors.joining());
    }
}
