package stipple.train.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Encodes a few pictures of each size and lets their tokens stand for all others: what is opened {@linkplain #during under it}
 * computes as fast as with its true data, and is there in seconds. For estimates alone.
 */
public final class EncodingSample {
    private static final ScopedValue<EncodingSample> CURRENT = ScopedValue.newInstance();

    /** Pictures of a size that are encoded. */
    private static final int FEW = 32;

    private final Map<String, Known> known = new HashMap<>();
    private long pictures;
    private long encoded;
    private long nanos;

    /** Tokens of pictures of one size, {@code [count][k * token]}. */
    private static final class Known {
        private final float[][] tokens = new float[FEW][];
        private long[] shape;
        private int count;
    }

    /** Opens something whose encoders then take part in this sample. */
    public <T> T during(Supplier<T> opening) {
        return ScopedValue.where(CURRENT, this).call(opening::get);
    }

    /**
     * An encoder that takes part in the sample that is being opened.
     *
     * @param otherwise what to use where there is none
     */
    public static UnaryOperator<Tensor> of(UnaryOperator<Tensor> encoder, Supplier<UnaryOperator<Tensor>> otherwise) {
        if (!CURRENT.isBound()) {
            return otherwise.get();
        }
        EncodingSample sample = CURRENT.get();
        return pixels -> sample.tokens(pixels, encoder);
    }

    private Tensor tokens(Tensor pixels, UnaryOperator<Tensor> encoder) {
        int n = Math.toIntExact(pixels.size(0));
        Known same =
                known.computeIfAbsent(Arrays.toString(Arrays.copyOfRange(pixels.shape(), 1, 4)), size -> new Known());
        pictures += n;
        int first = same.count;
        if (first < FEW) {
            encode(pixels.narrow(0, 0, Math.min(n, FEW - first)), encoder, same);
        }
        long[] shape = same.shape.clone();
        shape[0] = n;
        float[] all = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < n; i++) {
            float[] one = same.tokens[(first + i) % same.count];
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return Tensors.of(all, shape);
    }

    private void encode(Tensor pixels, UnaryOperator<Tensor> encoder, Known same) {
        long start = System.nanoTime();
        float[] values;
        try (Scope scope = Scope.open()) {
            Tensor tokens = encoder.apply(pixels);
            same.shape = tokens.shape();
            values = tokens.toFloats();
        }
        nanos += System.nanoTime() - start;
        int n = Math.toIntExact(pixels.size(0));
        encoded += n;
        int width = values.length / n;
        for (int i = 0; i < n; i++) {
            same.tokens[same.count++] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
        }
    }

    /** Pictures that there were. */
    public long pictures() {
        return pictures;
    }

    /** How many of them were encoded. */
    public long encoded() {
        return encoded;
    }

    /** Seconds that encoding all of them would take. */
    public double seconds() {
        return encoded == 0 ? 0 : nanos / 1e9 * pictures / encoded;
    }
}
