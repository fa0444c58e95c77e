package stipple.train.run;

import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** What the machine can do at best, to hold a run's speed against. */
public final class MatmulPeak {
    private static final int SIDE = 1024;
    private static final int LEAST_RUNS = 3;
    private static final long NANOS = 200_000_000;

    private MatmulPeak() {}

    /** Floating-point operations per second of a 1024x1024 matrix product in a type, the best of a few. */
    public static double measure(DType type) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(0)) {
            Tensor a = rng.normal(SIDE, SIDE).to(type);
            Tensor b = rng.normal(SIDE, SIDE).to(type);
            long best = Long.MAX_VALUE;
            long began = System.nanoTime();
            for (int i = 0; i < LEAST_RUNS || System.nanoTime() - began < NANOS; i++) {
                long start = System.nanoTime();
                try (Scope inner = Scope.open()) {
                    // Reading one value waits for the product wherever it is computed.
                    double seen = Autograd.off(() -> a.matmul(b))
                            .select(0, 0)
                            .select(0, 0)
                            .item();
                    best = Double.isNaN(seen) ? best : Math.min(best, System.nanoTime() - start);
                }
            }
            return 2.0 * SIDE * SIDE * SIDE / (best / 1e9);
        }
    }
}
