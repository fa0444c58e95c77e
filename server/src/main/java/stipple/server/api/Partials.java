package stipple.server.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import stipple.server.jobs.Preview;

/** Which previews become partial images: as many per picture as were asked for, spread evenly over its rows. */
final class Partials {
    private final int[] rows;
    private final Map<Integer, Integer> sent = new HashMap<>();

    /**
     * For one call.
     *
     * @param wanted partial images per picture
     * @param kept rows that are not drawn but kept of another picture
     * @param pictureRows rows of a picture
     */
    Partials(int wanted, int kept, int pictureRows) {
        // A picture of few rows cannot be shown at more moments than it has.
        int drawn = pictureRows - kept;
        rows = new int[Math.min(wanted, drawn - 1)];
        Arrays.setAll(rows, i -> kept + Math.max(i + 1, drawn * (i + 1) / (rows.length + 1)));
    }

    /** The index of a preview among the partial images of its picture, if it is one of them. */
    OptionalInt next(Preview preview) {
        // Pictures may be drawn side by side.
        int index = sent.getOrDefault(preview.picture(), 0);
        if (index >= rows.length || preview.row() < rows[index]) {
            return OptionalInt.empty();
        }
        sent.put(preview.picture(), index + 1);
        return OptionalInt.of(index);
    }
}
