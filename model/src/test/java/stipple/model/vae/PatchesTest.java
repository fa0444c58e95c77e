package stipple.model.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Reference §2.4 and the latent norm of §1.6. */
class PatchesTest {
    private static final int CHANNELS = 3;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 6;

    @Test
    void elements_run_channel_then_row_then_column() {
        try (Scope scope = Scope.open()) {
            Tensor latents = Tensors.arange(2L * CHANNELS * HEIGHT * WIDTH).reshape(2, CHANNELS, HEIGHT, WIDTH);
            float[] latent = latents.toFloats();
            Tensor tokens = Patches.unfold(latents, 2);
            assertArrayEquals(new long[] {2, 6, 12}, tokens.shape());
            float[] token = tokens.toFloats();
            int at = 0;
            for (int n = 0; n < 2; n++) {
                for (int i = 0; i < HEIGHT / 2; i++) {
                    for (int j = 0; j < WIDTH / 2; j++) {
                        for (int c = 0; c < CHANNELS; c++) {
                            for (int d = 0; d < 4; d++) {
                                int y = 2 * i + d / 2;
                                int x = 2 * j + d % 2;
                                assertEquals(latent[((n * CHANNELS + c) * HEIGHT + y) * WIDTH + x], token[at++]);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void folding_undoes_unfolding_for_any_patch() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Tensor latents = rng.normal(2, CHANNELS, 6, 12);
            for (int patch : new int[] {1, 2, 3}) {
                Tensor tokens = Patches.unfold(latents, patch);
                assertArrayEquals(
                        latents.toFloats(),
                        Patches.fold(tokens, latents.shape(), patch).toFloats());
            }
        }
    }

    @Test
    void a_map_that_is_not_in_whole_patches_is_refused() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Tensor latents = rng.normal(1, CHANNELS, 4, 5);
            UserException e = assertThrows(UserException.class, () -> Patches.unfold(latents, 2));
            assertTrue(e.getMessage().contains("4x5"), e.getMessage());
        }
    }

    @Test
    void normalised_latents_have_mean_0_and_variance_1_in_every_token() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Tensor latents = rng.normal(2, 16, 4, 6).mul(5).add(3);
            Tensor tokens = Patches.unfold(new LatentNorm(2).apply(latents), 2);
            for (float mean : tokens.mean(-1).toFloats()) {
                assertEquals(0, mean, 1e-6);
            }
            for (float variance : tokens.square().mean(-1).toFloats()) {
                assertEquals(1, variance, 1e-5);
            }
        }
    }
}
