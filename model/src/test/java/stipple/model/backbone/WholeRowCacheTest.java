package stipple.model.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** The cache of cards on the CPU: whole rows give what shared prompts give. */
class WholeRowCacheTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");
    private static final int TOKENS = 3;

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void rows_of_even_and_of_different_length_see_what_they_see_with_shared_prompts(int second) {
        long before = Tensor.live();
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
                Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Backbone backbone = checkpoint.model().backbone();
            long width = checkpoint.config().backbone().hidden();
            KvCache first = backbone.read(rng.normal(1, 5, width)).cache();
            KvCache other = backbone.read(rng.normal(1, second, width)).cache();
            List<KvCache> prompts = List.of(first, other);
            try (PictureCache shared = backbone.newPicture(prompts, TOKENS);
                    PictureCache whole =
                            new WholeRowCache(checkpoint.config().backbone(), prompts, TOKENS, DType.F32, Device.CPU)) {
                for (int i = 0; i < TOKENS; i++) {
                    Tensor x = rng.normal(2, 1, width);
                    assertArrayEquals(
                            backbone.step(x, List.of(shared)).toFloats(),
                            backbone.step(x, List.of(whole)).toFloats(),
                            2e-5f);
                }
                Tensor more = rng.normal(2, 1, width);
                assertThrows(IllegalStateException.class, () -> backbone.step(more, List.of(whole)));
            }
            first.close();
            other.close();
        }
        assertEquals(before, Tensor.live());
    }
}
