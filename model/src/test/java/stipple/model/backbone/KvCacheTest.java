package stipple.model.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;

class KvCacheTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");
    private static final long[][] IDS = {{9, 8, 7, 6, 5, 4, 3, 2}, {292, 292, 292, 30, 31, 32, 33, 34}};
    private static final long[][] PADDED = {{1, 1, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 1, 1, 1, 1, 1}};

    private NextStepCheckpoint checkpoint;
    private Backbone backbone;
    private Scope scope;

    @BeforeEach
    void load() {
        checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
        backbone = checkpoint.model().backbone();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
        checkpoint.close();
    }

    @Test
    void reading_token_by_token_gives_what_one_pass_gives() {
        long[][] full = {PADDED[0], PADDED[0]};
        assertStepsEqualOnePass(full);
    }

    @Test
    void left_padding_stays_hidden_while_the_cache_grows() {
        assertStepsEqualOnePass(PADDED);
    }

    @Test
    void padding_changes_nothing_but_low_order_bits() {
        Tensor embeds = checkpoint.model().embed(IDS, null);
        float[] padded = last(backbone.forward(embeds, PADDED), 1);
        long[][] alone = {{30, 31, 32, 33, 34}};
        float[] unpadded = last(backbone.forward(checkpoint.model().embed(alone, null), null), 0);
        assertArrayEquals(unpadded, padded, 2e-5f);
    }

    @Test
    void what_comes_later_does_not_change_what_was_read() {
        long[][] ids = {{9, 8, 7, 6}, {9, 8, 7, 200}};
        Tensor hidden = backbone.forward(checkpoint.model().embed(ids, null), null);
        assertArrayEquals(
                hidden.select(0, 0).narrow(0, 0, 3).toFloats(),
                hidden.select(0, 1).narrow(0, 0, 3).toFloats());
        assertTrue(last(hidden, 0)[0] != last(hidden, 1)[0]);
    }

    @Test
    void a_full_cache_and_a_second_prompt_are_refused() {
        try (KvCache cache = backbone.newCache(PADDED, 1)) {
            Tensor embeds = checkpoint.model().embed(IDS, null);
            backbone.prefill(embeds, PADDED, cache);
            assertThrows(IllegalStateException.class, () -> backbone.prefill(embeds, PADDED, cache));
            backbone.step(embeds.narrow(1, 0, 1), cache);
            assertEquals(cache.capacity(), cache.length());
            assertThrows(RuntimeException.class, () -> backbone.step(embeds.narrow(1, 0, 1), cache));
        }
    }

    private void assertStepsEqualOnePass(long[][] mask) {
        Tensor embeds = checkpoint.model().embed(IDS, null);
        Tensor whole = backbone.forward(embeds, mask);
        long[][] prompt = {java.util.Arrays.copyOf(mask[0], 5), java.util.Arrays.copyOf(mask[1], 5)};
        try (KvCache cache = backbone.newCache(prompt, 3)) {
            Tensor read = backbone.prefill(embeds.narrow(1, 0, 5), prompt, cache);
            assertArrayEquals(whole.select(1, 4).toFloats(), read.select(1, 4).toFloats(), 1e-5f);
            for (int i = 5; i < 8; i++) {
                Tensor step = backbone.step(embeds.narrow(1, i, 1), cache);
                assertArrayEquals(
                        whole.select(1, i).toFloats(), step.select(1, 0).toFloats(), 1e-5f);
            }
        }
    }

    private static float[] last(Tensor hidden, int row) {
        return hidden.select(0, row).select(0, hidden.size(1) - 1).toFloats();
    }
}
