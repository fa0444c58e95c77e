package stipple.eval.ocr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A rectangle of pixels; right and bottom lie outside.
 *
 * @param left first column
 * @param top first row
 * @param right behind the last column
 * @param bottom behind the last row
 */
public record TextBox(int left, int top, int right, int bottom) {
    /** Pixels across. */
    int width() {
        return right - left;
    }

    /** Pixels down. */
    int height() {
        return bottom - top;
    }

    /** Larger by a number of pixels on each side, within a picture. */
    TextBox grown(int by, int width, int height) {
        return new TextBox(
                Math.max(0, left - by),
                Math.max(0, top - by),
                Math.min(width, right + by),
                Math.min(height, bottom + by));
    }

    /** Whether two boxes stand beside each other: less than half of the lower one is above or below the other. */
    private boolean besides(TextBox other) {
        int common = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        return 2 * common > Math.min(height(), other.height());
    }

    /** Lines in reading order: from top to bottom, and from left to right where they stand beside each other. */
    static List<ReadText> ordered(List<ReadText> texts) {
        List<ReadText> open = new ArrayList<>(texts);
        open.sort(Comparator.comparingInt(t -> t.box().top()));
        List<ReadText> ordered = new ArrayList<>();
        while (!open.isEmpty()) {
            TextBox first = open.getFirst().box();
            List<ReadText> row = open.stream()
                    .filter(t -> t.box().besides(first))
                    .sorted(Comparator.comparingInt(t -> t.box().left()))
                    .toList();
            ordered.addAll(row);
            open.removeAll(row);
        }
        return ordered;
    }
}
