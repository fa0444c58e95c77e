package stipple.data.drawings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import stipple.data.pixels.Pixels;

/**
 * A picture to draw.
 *
 * @param key its name: no dot, hyphen, slash or space
 * @param family the shard family
 * @param style its style; pictures of one style that look the same are kept once
 * @param json makes captions and metadata; called on many threads
 * @param picture draws it as a white square of so many pixels; called on many threads
 */
public record Drawing(
        String key, String family, String style, Supplier<ObjectNode> json, IntFunction<Pixels> picture) {}
