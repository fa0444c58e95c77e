package stipple.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

class EncodingSampleTest {
    /** Pictures whose first value is their number. */
    private static Tensor pictures(int count, int side) {
        float[] values = new float[count * 3 * side * side];
        for (int i = 0; i < count; i++) {
            values[i * 3 * side * side] = i;
        }
        return Tensors.of(values, count, 3, side, side);
    }

    @Test
    void few_pictures_of_each_size_are_encoded_and_stand_in_for_the_rest() {
        int[] encoded = {0};
        UnaryOperator<Tensor> encoder = pixels -> {
            encoded[0] += (int) pixels.size(0);
            return pixels.reshape(pixels.size(0), 3, -1).add(0.5);
        };
        EncodingSample sample = new EncodingSample();
        UnaryOperator<Tensor> few = sample.during(() -> EncodingSample.of(encoder, () -> encoder));
        try (Scope scope = Scope.open()) {
            float[] whole = encoder.apply(pictures(40, 2)).toFloats();
            encoded[0] = 0;
            Tensor first = few.apply(pictures(20, 2));
            Tensor second = few.apply(pictures(40, 2));
            assertArrayEquals(new long[] {40, 3, 4}, second.shape());
            assertArrayEquals(Arrays.copyOf(whole, 20 * 12), first.toFloats());
            assertEquals(32, encoded[0], "of the second batch, twelve");
            assertEquals(11.5f, second.toFloats()[11 * 12], "the last that was encoded");
            assertEquals(0.5f, second.toFloats()[12 * 12], "then the first again");
            assertEquals(5, few.apply(pictures(5, 4)).size(0));
        }
        assertEquals(37, sample.encoded());
        assertEquals(65, sample.pictures());
        assertSame(encoder, EncodingSample.of(encoder, () -> encoder), "elsewhere everything is encoded");
    }
}
