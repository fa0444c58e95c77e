package stipple.model.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

class RaggedRowsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");

    private NextStepCheckpoint checkpoint;
    private Scope scope;
    private Tensor padded;

    @BeforeEach
    void load() {
        checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
        scope = Scope.open();
        try (Rng rng = new Rng(5)) {
            padded = rng.normal(3, 9, checkpoint.model().config().backbone().hidden());
        }
    }

    @AfterEach
    void close() {
        scope.close();
        checkpoint.close();
    }

    @Test
    void rows_of_any_length_are_read_as_each_is_read_alone() {
        RaggedRows rows = new RaggedRows(new int[] {4, 0, 9});
        Tensor together = backbone().readRows(rows.pick(padded), rows);
        assertEquals(13, together.size(0));
        close(alone(0, 4), together.narrow(0, 0, 4));
        close(alone(2, 9), together.narrow(0, 4, 9));
    }

    @Test
    void rows_of_one_length_are_a_plain_batch() {
        RaggedRows rows = new RaggedRows(new int[] {7, 7, 7});
        Tensor together = backbone().readRows(rows.pick(padded), rows);
        for (int row = 0; row < 3; row++) {
            close(alone(row, 7), together.narrow(0, row * 7L, 7));
        }
    }

    @Test
    void layers_computed_twice_give_the_same_gradients() {
        RaggedRows rows = new RaggedRows(new int[] {3, 8, 5});
        Tensor plain = Autograd.detach(rows.pick(padded));
        Tensor twice = Autograd.detach(rows.pick(padded));
        Autograd.track(plain);
        Autograd.track(twice);
        Autograd.backward(backbone().readRows(plain, rows).square().sum());
        CheckpointedPass pass = new CheckpointedPass(backbone());
        pass.backward(pass.read(twice, rows).square().sum(), layer -> {});
        close(Autograd.gradient(plain), Autograd.gradient(twice));
    }

    private Backbone backbone() {
        return checkpoint.model().backbone();
    }

    private Tensor alone(int row, int length) {
        Tensor one = padded.narrow(0, row, 1).narrow(1, 0, length);
        return backbone().forward(one, null).squeeze(0);
    }

    private static void close(Tensor expected, Tensor found) {
        double off = expected.sub(found).abs().max().item();
        assertTrue(off < 1e-4, () -> "off by " + off);
    }
}
