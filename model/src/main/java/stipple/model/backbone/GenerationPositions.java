package stipple.model.backbone;

import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** The two-dimensional position table of image tokens that some checkpoints add before the head (reference §2.10). */
public final class GenerationPositions {
    private GenerationPositions() {}

    /**
     * Sines and cosines of column (first half of the width) and row (second half), each half as sines then cosines.
     *
     * @param side side of the grid in tokens
     * @param hidden width, a multiple of 4
     * @return float32 {@code [1, side * side, hidden]}, row by row
     */
    public static Tensor table(int side, int hidden) {
        int quarter = hidden / 4;
        float[] values = new float[side * side * hidden];
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                int at = (row * side + column) * hidden;
                fill(values, at, column, quarter);
                fill(values, at + hidden / 2, row, quarter);
            }
        }
        return Tensors.of(values, 1, (long) side * side, hidden);
    }

    private static void fill(float[] values, int at, int position, int quarter) {
        for (int j = 0; j < quarter; j++) {
            double angle = position * Math.pow(10_000, -(double) j / quarter);
            values[at + j] = (float) Math.sin(angle);
            values[at + quarter + j] = (float) Math.cos(angle);
        }
    }
}
