package stipple.model.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** The structure of the loss; its values are replayed against a recorded training step. */
class NextStepLossTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");
    private static final long X = 295;
    private static final int REPEATS = 4;
    private static final long[][] IDS = {{5, 293, X, X, 294, 6, X, X, 7}};

    private NextStepCheckpoint checkpoint;
    private Scope scope;
    private Rng rng;
    private Tensor images;

    @BeforeEach
    void load() {
        checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
        scope = Scope.open();
        rng = new Rng(1);
        images = rng.normal(4, 64);
    }

    @AfterEach
    void close() {
        rng.close();
        scope.close();
        checkpoint.close();
    }

    @Test
    void every_learned_token_is_repeated_with_draws_of_its_own() {
        assertEquals(4 * REPEATS, drawn(IDS, new boolean[] {true, true, true, true}));
    }

    @Test
    void source_pictures_are_not_learnt() {
        assertEquals(2 * REPEATS, drawn(IDS, new boolean[] {false, false, true, true}));
        assertEquals(0, drawn(IDS, new boolean[4]));
        assertEquals(0, value(IDS, IDS, new boolean[4]).image().item());
    }

    @Test
    void labels_of_minus_100_and_of_image_slots_do_not_count() {
        long[][] ignored = {{-100, -100, -100, -100, -100, -100, -100, -100, -100}};
        assertEquals(0, value(IDS, ignored, new boolean[4]).text().item());
        long[][] one = {{-100, -100, -100, -100, 294, -100, -100, -100, -100}};
        long[][] placeholders = {{-100, -100, 1, 2, 294, -100, 3, 4, -100}};
        double text = value(IDS, one, new boolean[4]).text().item();
        assertNotEquals(0, text);
        assertEquals(text, value(IDS, placeholders, new boolean[4]).text().item());
    }

    @Test
    void the_total_is_the_weighted_sum() {
        NextStepLoss.Value value = value(IDS, IDS, new boolean[] {true, true, true, true});
        double expected = 0.01 * value.text().item() + value.image().item();
        assertEquals(expected, value.total().item(), 1e-5);
    }

    @Test
    void the_number_of_image_tokens_must_be_that_of_the_placeholders() {
        long[][] short1 = {{5, 293, X, 294}};
        assertThrows(IllegalArgumentException.class, () -> value(short1, short1, new boolean[4]));
    }

    private NextStepLoss.Value value(long[][] ids, long[][] labels, boolean[] targets) {
        TrainingRows rows = new TrainingRows(ids, labels, images, targets);
        return new NextStepLoss(checkpoint.model()).of(rows, n -> FlowDraws.of(rng, n, 64));
    }

    private long drawn(long[][] ids, boolean[] targets) {
        AtomicLong asked = new AtomicLong();
        new NextStepLoss(checkpoint.model()).of(new TrainingRows(ids, ids, images, targets), n -> {
            asked.set(n);
            return FlowDraws.of(rng, n, 64);
        });
        return asked.get();
    }
}
