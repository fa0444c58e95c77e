package stipple.eval.composition;

/**
 * A connected piece that differs from the ground.
 *
 * @param left first column of its bounding box
 * @param top first row of its bounding box
 * @param right column after its bounding box
 * @param bottom row after its bounding box
 * @param area pixels
 * @param rgb the median colour of its inner pixels, {@code 0xRRGGBB}
 * @param label its number in the map of labels
 */
record Region(int left, int top, int right, int bottom, int area, int rgb, int label) {
    int width() {
        return right - left;
    }

    int height() {
        return bottom - top;
    }

    int longerSide() {
        return Math.max(width(), height());
    }
}
