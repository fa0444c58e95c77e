package stipple.data.inspect;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.data.pixels.PixelSize;

/** Counts of pictures by size and shape. */
final class Histograms {
    /** Upper bounds of width over height and what lies below them. */
    private static final double[] BOUNDS = {1 / 3.0, 1 / 2.0, 3 / 4.0, 0.95, 1.05, 4 / 3.0, 2, 3};

    private static final List<String> NAMES = List.of(
            "below 1:3",
            "1:3 to 1:2",
            "1:2 to 3:4",
            "3:4 to square",
            "square",
            "square to 4:3",
            "4:3 to 2:1",
            "2:1 to 3:1",
            "above 3:1");

    private Histograms() {}

    static Map<PixelSize, Integer> mostFrequent(List<PixelSize> sizes, int limit) {
        Map<PixelSize, Integer> counts = new HashMap<>();
        sizes.forEach(size -> counts.merge(size, 1, Integer::sum));
        Map<PixelSize, Integer> listed = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<PixelSize, Integer> e) -> -e.getValue())
                        .thenComparingLong(e -> e.getKey().area())
                        .thenComparingInt(e -> e.getKey().width()))
                .limit(limit)
                .forEach(e -> listed.put(e.getKey(), e.getValue()));
        return listed;
    }

    static Map<String, Integer> aspects(List<PixelSize> sizes) {
        int[] counts = new int[NAMES.size()];
        for (PixelSize size : sizes) {
            double ratio = (double) size.width() / size.height();
            int bin = 0;
            while (bin < BOUNDS.length && ratio >= BOUNDS[bin]) {
                bin++;
            }
            counts[bin]++;
        }
        Map<String, Integer> named = new LinkedHashMap<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                named.put(NAMES.get(i), counts[i]);
            }
        }
        return named;
    }
}
