package stipple.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

class LatentFilesTest {
    private static final int SIDE = 8;

    @TempDir
    private Path folder;

    /** An "encoder" that multiplies, and counts the batches it was given. */
    private static final class Counting implements UnaryOperator<Tensor> {
        private final double factor;
        private int batches;

        Counting(double factor) {
            this.factor = factor;
        }

        @Override
        public Tensor apply(Tensor pixels) {
            batches++;
            return pixels.mul(factor).reshape(pixels.size(0), SIDE, -1);
        }
    }

    private static Tensor pictures(float value) {
        float[] values = new float[2 * 3 * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
            values[i] = value + i / 100f;
        }
        return Tensors.of(values, 2, 3, SIDE, SIDE);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.toList();
        }
    }

    @Test
    void a_batch_is_encoded_once_and_its_tokens_come_back_bit_for_bit_in_a_later_run() throws IOException {
        Counting first = new Counting(0.3);
        Counting later = new Counting(0.3);
        try (Scope scope = Scope.open()) {
            float[] made = LatentFiles.in(folder.toString(), first, SIDE)
                    .apply(pictures(1))
                    .toFloats();
            Tensor read = LatentFiles.in(folder.toString(), later, SIDE).apply(pictures(1));
            assertArrayEquals(made, read.toFloats());
            assertArrayEquals(new long[] {2, SIDE, 3 * SIDE}, read.shape());
        }
        assertEquals(2, first.batches, "the test picture and the batch");
        assertEquals(1, later.batches, "the test picture alone");
        assertEquals(1, files().size());
    }

    @Test
    void other_pixels_and_another_encoder_are_encoded_anew() throws IOException {
        Counting encoder = new Counting(0.3);
        Counting other = new Counting(0.4);
        try (Scope scope = Scope.open()) {
            UnaryOperator<Tensor> kept = LatentFiles.in(folder.toString(), encoder, SIDE);
            float[] one = kept.apply(pictures(1)).toFloats();
            assertEquals(2, kept.apply(pictures(2)).size(0));
            float[] another = LatentFiles.in(folder.toString(), other, SIDE)
                    .apply(pictures(1))
                    .toFloats();
            assertNotEquals(one[0], another[0]);
        }
        assertEquals(3, encoder.batches);
        assertEquals(2, other.batches);
        assertEquals(3, files().size());
    }

    @Test
    void a_damaged_file_is_replaced() throws IOException {
        Counting encoder = new Counting(0.3);
        try (Scope scope = Scope.open()) {
            UnaryOperator<Tensor> kept = LatentFiles.in(folder.toString(), encoder, SIDE);
            float[] made = kept.apply(pictures(1)).toFloats();
            Path file = files().getFirst();
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 50));
            assertArrayEquals(made, kept.apply(pictures(1)).toFloats());
            assertArrayEquals(made, kept.apply(pictures(1)).toFloats());
        }
        assertEquals(3, encoder.batches, "the test picture, the batch, and the batch again");
    }

    @Test
    void without_a_folder_the_encoder_is_used_as_it_is_and_an_impossible_folder_is_named() throws IOException {
        Counting encoder = new Counting(0.3);
        assertSame(encoder, LatentFiles.in(null, encoder, SIDE));
        Path file = Files.writeString(folder.resolve("file"), "x");
        UserException refused = assertThrows(UserException.class, () -> LatentFiles.in(file.toString(), encoder, SIDE));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    }
}
