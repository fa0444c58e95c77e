package stipple.model.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

class SquareEncodingTest {
    private final Weights weights = FreshWeights.autoencoder(new VaeNames(config(0)).expected(), 5);
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
        weights.close();
    }

    private static VaeConfig config(int tile) {
        return new VaeConfig(64, 3, 3, 32, List.of(1, 1, 1, 1), 1, 4, 1, 0, true, true, 2, tile);
    }

    private Autoencoder encoding(int tile) {
        return new Autoencoder(config(tile), weights, DType.F32);
    }

    private static Tensor picture(long height, long width) {
        try (Rng rng = new Rng(2)) {
            return rng.normal(2, 3, height, width);
        }
    }

    @Test
    void a_square_has_the_latent_that_it_has_alone() {
        Tensor pixels = picture(32, 48);
        Tensor latents = encoding(16).latents(pixels);
        assertArrayEquals(new long[] {2, 4, 4, 6}, latents.shape());
        for (long row = 0; row < 2; row++) {
            for (long column = 0; column < 3; column++) {
                Tensor square = pixels.narrow(2, 16 * row, 16).narrow(3, 16 * column, 16);
                Tensor own = latents.narrow(2, 2 * row, 2).narrow(3, 2 * column, 2);
                assertArrayEquals(
                        encoding(0).latents(square.contiguous()).toFloats(),
                        own.contiguous().toFloats(),
                        1e-4f);
            }
        }
    }

    @Test
    void what_is_elsewhere_in_the_picture_shows_in_the_latents_of_whole_pictures_only() {
        Tensor pixels = picture(32, 32);
        Tensor other = Tensors.cat(
                List.of(pixels.narrow(2, 0, 16), pixels.narrow(2, 16, 16).mul(-1)), 2);
        for (int tile : new int[] {0, 16}) {
            Tensor before = encoding(tile).latents(pixels).narrow(2, 0, 2);
            Tensor after = encoding(tile).latents(other).narrow(2, 0, 2);
            double change = before.sub(after).square().mean().item();
            assertEquals(tile == 16, change < 1e-8, "tile " + tile + ": " + change);
        }
    }

    @Test
    void squares_that_do_not_fill_the_picture_or_cut_tokens_are_refused() {
        String picture = assertThrows(UserException.class, () -> encoding(32).latents(picture(32, 48)))
                .getMessage();
        assertTrue(picture.contains("squares of 32 pixels, which do not fill a picture of 48x32"), picture);
        String tile = assertThrows(UserException.class, () -> config(24)).getMessage();
        assertTrue(tile.contains("encode_tile must be a multiple of the 16 pixels"), tile);
    }
}
