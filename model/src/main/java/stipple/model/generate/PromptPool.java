package stipple.model.generate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;

/** Prompts that somebody holds, so that who asks for the same row gets it without reading it again. */
final class PromptPool {
    private final DecodeBackend backend;
    private final Map<Key, Prompt> live = new HashMap<>();
    private long reads;

    PromptPool(DecodeBackend backend) {
        this.backend = backend;
    }

    /** The prompts of rows, each held once more; those that nobody holds are read together. */
    List<Prompt> hold(List<DecodeBackend.Reading> wanted) {
        Map<Key, DecodeBackend.Reading> missing = missing(wanted);
        List<Prompt> fresh = missing.isEmpty() ? List.of() : backend.readAll(List.copyOf(missing.values()));
        int next = 0;
        for (Key key : missing.keySet()) {
            live.put(key, fresh.get(next++));
        }
        reads += fresh.size();
        List<Prompt> held =
                wanted.stream().map(reading -> live.get(Key.of(reading))).toList();
        held.forEach(Prompt::hold);
        fresh.forEach(Prompt::release);
        return held;
    }

    /** Tokens that would have to be read for these rows. */
    int unread(List<DecodeBackend.Reading> wanted) {
        return missing(wanted).values().stream()
                .mapToInt(reading -> reading.row().length())
                .sum();
    }

    private Map<Key, DecodeBackend.Reading> missing(List<DecodeBackend.Reading> wanted) {
        live.values().removeIf(prompt -> prompt.holders() == 0);
        Map<Key, DecodeBackend.Reading> missing = new LinkedHashMap<>();
        for (DecodeBackend.Reading reading : wanted) {
            Key key = Key.of(reading);
            if (!live.containsKey(key)) {
                missing.putIfAbsent(key, reading);
            }
        }
        return missing;
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

    /** Equal by content: the very ids and the very image tokens. */
    private record Key(int[] ids, float[] images) {
        static Key of(DecodeBackend.Reading reading) {
            return new Key(reading.row().ids(), reading.images());
        }

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
