package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;

import stipple.torch.Rng;
import stipple.torch.Scope;

/** Losses of batches and of their parts, with the same noise. */
final class PartLosses {
    private PartLosses() {}

    static double of(Objective objective, BatchPart part) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(3)) {
            return objective.losses(part, rng).total().item();
        }
    }

    /** For a batch of four. */
    static void assertSameWholeAndInParts(Objective objective) {
        long[] positions = {0, 1, 2, 3};
        double whole = of(objective, BatchPart.whole(positions));
        double parts = of(objective, new BatchPart(positions, 0, 3)) + of(objective, new BatchPart(positions, 3, 1));
        assertEquals(whole, parts, 1e-4 * whole);
    }
}
