package stipple.model.checkpoint;

import java.util.Arrays;

/** Arithmetic on shapes read from files, where nothing may be trusted. */
final class Shapes {
    private Shapes() {}

    /**
     * Number of elements, 1 for a scalar.
     *
     * @throws ArithmeticException if it does not fit a long or a size is negative
     */
    static long count(long... shape) {
        long count = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new ArithmeticException("negative size " + size);
            }
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    static String text(long... shape) {
        return Arrays.toString(shape);
    }
}
