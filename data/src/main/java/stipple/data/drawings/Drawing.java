package stipple.data.drawings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import stipple.data.StableHash;
import stipple.data.pixels.Pixels;

/**
 * A picture to draw.
 *
 * @param key its name: no dot, hyphen, slash or space
 * @param family the shard family
 * @param style its style
 * @param json makes captions and metadata; called on many threads
 * @param picture draws it as a white square of so many pixels; called on many threads
 */
public record Drawing(String key, String family, String style, Supplier<ObjectNode> json, IntFunction<Pixels> picture) {
    /** Tar members have names of fewer than 100 bytes. */
    private static final int LONGEST_KEY = 80;

    private static final int HASH_DIGITS = 16;

    /** A name as a key; a long one ends in a hash of all of it. */
    public static String keyOf(String name) {
        String key = name.replaceAll("[^A-Za-z0-9]", "_");
        return key.length() <= LONGEST_KEY
                ? key
                : key.substring(0, LONGEST_KEY - HASH_DIGITS - 1)
                        + "_"
                        + HexFormat.of().toHexDigits(StableHash.of("key", name));
    }
}
