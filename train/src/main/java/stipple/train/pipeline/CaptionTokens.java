package stipple.train.pipeline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A tokenizer that remembers what it cut: captions come back in every pass, and planning a pass needs all lengths. */
final class CaptionTokens implements Function<String, int[]> {
    private static final int MOST = 1_000_000;

    private final Function<String, int[]> tokenizer;
    private final Map<String, int[]> known = new ConcurrentHashMap<>();

    CaptionTokens(Function<String, int[]> tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    public int[] apply(String text) {
        int[] ids = known.get(text);
        if (ids == null) {
            ids = tokenizer.apply(text);
            if (known.size() < MOST) {
                known.put(text, ids);
            }
        }
        return ids;
    }
}
