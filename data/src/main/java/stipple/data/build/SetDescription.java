package stipple.data.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a set is, for its index and its card.
 *
 * @param folder where it is written
 * @param name its name, such as {@code composition}
 * @param about two or three sentences on what it holds
 * @param category how a mixture reads it: {@code pair}, {@code edit} or {@code text}
 * @param families the shard families in the order in which they are listed; the first is trained on
 * @param parameters everything that determines its bytes besides the sources, such as seed and size
 * @param samplesPerShard samples in one tar
 */
public record SetDescription(
        Path folder,
        String name,
        String about,
        String category,
        List<String> families,
        Map<String, String> parameters,
        int samplesPerShard) {
    /** The family for training. */
    public static final String TRAIN = "train";
}
