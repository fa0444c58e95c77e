package stipple.data.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pictures seen so far. Of pictures that are equal, or look the same, the first stays. Candidates share one of four
 * 16-bit parts of the hash, so up to three cells may differ anywhere; the small copies decide. Not safe for threads.
 */
public final class DuplicateIndex {
    /** Small copies that differ by no more than this many levels anywhere look the same. */
    static final int SAME = 5;

    private static final int PARTS = 4;

    private final Set<Long> checksums = new HashSet<>();
    private final Map<Integer, List<Fingerprint>> byPart = new HashMap<>();

    /**
     * Takes a picture in.
     *
     * @return why it is left out, if it was seen before; then it is not taken in
     */
    public Optional<String> add(Fingerprint picture) {
        if (!checksums.add(picture.checksum())) {
            return Optional.of("exact duplicate");
        }
        for (int part = 0; part < PARTS; part++) {
            for (Fingerprint other : byPart.getOrDefault(key(picture, part), List.of())) {
                if (Long.bitCount(picture.hash() ^ other.hash()) <= PARTS && picture.distance(other) <= SAME) {
                    return Optional.of("near duplicate");
                }
            }
        }
        for (int part = 0; part < PARTS; part++) {
            byPart.computeIfAbsent(key(picture, part), k -> new ArrayList<>()).add(picture);
        }
        return Optional.empty();
    }

    private static int key(Fingerprint picture, int part) {
        return part << 16 | (int) (picture.hash() >>> (16 * part) & 0xffff);
    }
}
