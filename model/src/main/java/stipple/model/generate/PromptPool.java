package stipple.model.generate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;
import stipple.model.text.PromptRow;

/** Prompts that somebody holds, so that who asks for the same row gets it without reading it again. */
final class PromptPool {
    private final DecodeBackend backend;
    private final Map<Key, Prompt> live = new HashMap<>();
    private long reads;

    PromptPool(DecodeBackend backend) {
        this.backend = backend;
    }

    /** The prompt of a row, held once more. */
    Prompt hold(PromptRow row, float[] images) {
        Key key = new Key(row.ids(), images);
        Prompt known = find(key);
        if (known != null) {
            known.hold();
            return known;
        }
        Prompt fresh = backend.read(row, images);
        reads++;
        live.put(key, fresh);
        return fresh;
    }

    /** Prompts read so far. */
    long reads() {
        return reads;
    }

    /** Positions that all live prompts take. */
    long positions() {
        live.values().removeIf(prompt -> prompt.holders() == 0);
        return live.values().stream().mapToLong(Prompt::length).sum();
    }

    private Prompt find(Key key) {
        Prompt known = live.get(key);
        if (known != null && known.holders() == 0) {
            live.remove(key);
            return null;
        }
        return known;
    }

    /** Equal by content: the very ids and the very image tokens. */
    private record Key(int[] ids, float[] images) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(ids, key.ids) && Arrays.equals(images, key.images);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(ids) + Arrays.hashCode(images);
        }
    }
}
