package stipple.data.build;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import stipple.data.pixels.Pixels;

/**
 * A sample ready to be written.
 *
 * @param family the shard family, such as {@code train}
 * @param key its name: no dot, hyphen, slash or space
 * @param json captions and metadata; {@code metadata.source} and {@code metadata.license} are counted
 * @param pictures the pictures in order, for an edit the source first; none for text
 */
public record BuiltSample(String family, String key, ObjectNode json, List<Pixels> pictures) {
    /** Copies the list. */
    public BuiltSample {
        pictures = List.copyOf(pictures);
    }
}
