package stipple.train.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensors;

final class OwnershipTest {
    @Test
    void shares_are_disjoint_complete_and_nearly_equal() {
        try (Weights weights = new Weights();
                Scope scope = Scope.open()) {
            long[] sizes = {100, 7, 60, 60, 3, 20, 10};
            for (int i = 0; i < sizes.length; i++) {
                weights.put("p" + i, Tensors.zeros(DType.F32, sizes[i]));
            }
            long[] load = new long[2];
            for (String name : weights.names()) {
                int owners = 0;
                for (int rank = 0; rank < 2; rank++) {
                    if (Ownership.balanced(weights, rank, 2).own(name)) {
                        owners++;
                        load[rank] += weights.get(name).count();
                    }
                }
                assertEquals(1, owners, name);
            }
            assertEquals(260, load[0] + load[1]);
            assertEquals(130, load[0]);
        }
    }

    @Test
    void undivided_everybody_owns_everything() {
        assertFalse(Ownership.everything(3).divided());
        assertTrue(Ownership.everything(3).own("anything"));
    }
}
