package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.model.flow.DriftSampler;
import stipple.torch.DType;
import stipple.torch.Tensor;

/** The engine keeps one tensor of time embeddings per solver program, and never so many that they become a burden. */
class NativeProgramsTest implements NeedsKernels {
    private static final int LONG = 1000;

    @Test
    void programs_are_kept_once_each_and_let_go_when_their_steps_become_too_many() {
        try (OddNetwork network = OddNetwork.of(OddNetwork.Shape.PLAIN, DType.F32, 1)) {
            long before = Tensor.live();
            long most = 0;
            try (NativePrograms programs = new NativePrograms(network.model().head())) {
                for (int again = 0; again < 3; again++) {
                    programs.prepare(1);
                    programs.of(DriftSampler.S1.program(20, 1));
                }
                assertEquals(before + 1, Tensor.live());
                for (int i = 0; i < 80; i++) {
                    programs.prepare(1);
                    // As somebody might ask who wants to fill the memory: every shift is a program of its own.
                    programs.of(DriftSampler.S1.program(LONG, 1 + i / 1000.0));
                    most = Math.max(most, Tensor.live() - before);
                }
            }
            assertTrue(most > 60 && most < 70, "tensors kept: " + most);
            assertEquals(before, Tensor.live());
        }
    }
}
