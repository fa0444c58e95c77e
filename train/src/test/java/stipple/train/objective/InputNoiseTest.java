package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.model.image.TokenGrid;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.pipeline.PictureRef;
import stipple.train.pipeline.TokenRow;

class InputNoiseTest {
    private static final int WIDTH = 4096;

    @Test
    void noise_grows_along_what_is_learnt_and_spares_the_sources_of_an_edit() {
        try (Scope scope = Scope.open()) {
            List<TokenRow> rows = List.of(row(true, false), row(true));
            Tensor noise = read(0, rows, 0, 2).sub(Tensors.scalar(10));
            List<Double> spread = new ArrayList<>();
            for (int token = 0; token < 12; token++) {
                spread.add(noise.narrow(0, token, 1).square().mean().item());
            }
            for (int picture : new int[] {0, 2}) {
                for (int i = 0; i < 4; i++) {
                    double sigma = 0.6 * i / 3;
                    assertEquals(sigma * sigma, spread.get(4 * picture + i), 0.1 * sigma * sigma);
                }
            }
            assertEquals(List.of(0.0, 0.0, 0.0, 0.0), spread.subList(4, 8));
        }
    }

    @Test
    void the_noise_of_a_picture_does_not_depend_on_how_the_batch_is_cut() {
        try (Scope scope = Scope.open()) {
            List<TokenRow> rows = List.of(row(true), row(true, true), row(false, true));
            for (double hide : new double[] {0, 0.5}) {
                float[] whole =
                        read(hide, rows, 0, 3).narrow(0, 4, 8).contiguous().toFloats();
                assertArrayEquals(whole, read(hide, rows, 1, 1).toFloats());
            }
        }
    }

    @Test
    void a_hidden_picture_is_read_behind_noise_of_one_level_and_the_sources_of_an_edit_stay() {
        try (Scope scope = Scope.open()) {
            List<TokenRow> rows = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                rows.add(row(false, true));
            }
            Tensor read = read(0.25, rows, 0, rows.size());
            int hidden = 0;
            int hardlySeen = 0;
            for (int i = 0; i < rows.size(); i++) {
                assertEquals(10, read.narrow(0, 8L * i, 4).mean().item(), 1e-4, "source of row " + i);
                double clear = read.narrow(0, 8L * i + 4, 4).mean().item() / 10;
                if (clear > 0.99) {
                    continue;
                }
                for (int token = 0; token < 4; token++) {
                    Tensor own = read.narrow(0, 8L * i + 4 + token, 1);
                    assertEquals(clear, own.mean().item() / 10, 0.02);
                    double noise = own.sub(own.mean()).square().mean().item();
                    assertEquals((1 - clear) * (1 - clear), noise, 0.15);
                }
                hidden++;
                hardlySeen += clear < 0.125 ? 1 : 0;
            }
            assertEquals(50, hidden, 20);
            assertEquals(0.5, (double) hardlySeen / hidden, 0.25);
        }
    }

    @Test
    void levels_of_a_range_are_drawn_evenly_from_it() {
        try (Scope scope = Scope.open()) {
            List<TokenRow> rows = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                rows.add(row(true));
            }
            Tensor read = read(1, List.of(0.2, 0.6), rows, 0, rows.size());
            double sum = 0;
            for (int i = 0; i < rows.size(); i++) {
                double level = 1 - read.narrow(0, 4L * i, 4).mean().item() / 10;
                assertTrue(level > 0.19 && level < 0.61, "level " + level);
                sum += level;
            }
            assertEquals(0.4, sum / rows.size(), 0.03);
        }
    }

    private static Tensor read(double hide, List<TokenRow> rows, int from, int count) {
        return read(hide, null, rows, from, count);
    }

    private static Tensor read(double hide, List<Double> levels, List<TokenRow> rows, int from, int count) {
        int tokens = rows.subList(from, from + count).stream()
                .mapToInt(row -> 4 * row.pictures().size())
                .sum();
        try (Rng rng = new Rng(3)) {
            return new InputNoise(0.6, hide, levels)
                    .on(Tensors.full(10, DType.F32, tokens, WIDTH), rows, from, count, rng);
        }
    }

    private static TokenRow row(boolean... learnt) {
        List<TokenRow.Placed> pictures = new ArrayList<>();
        for (boolean one : learnt) {
            pictures.add(new TokenRow.Placed(new PictureRef(0, new TokenGrid(2, 2)), one));
        }
        return new TokenRow(new int[0], new long[0], pictures);
    }
}
