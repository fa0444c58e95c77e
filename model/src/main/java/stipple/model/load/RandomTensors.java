package stipple.model.load;

import java.util.function.Function;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.Kernels;

/**
 * Random tensors in their final type, as fast as memory can be written: one block of normal values per type is drawn and
 * laid out again and again from changing places. For measuring speed; they have no other use.
 */
final class RandomTensors implements AutoCloseable {
    /** A prime, so that rows of no usual width repeat each other. */
    private static final long BLOCK = 1_048_573;

    private final Scope owner = Scope.detached();
    private final DType type;
    private final Tensor block;
    private long start;

    private RandomTensors(DType type, Function<Rng, Tensor> values, long seed) {
        this.type = type;
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed)) {
            block = owner.adopt(values.apply(rng));
        }
    }

    /** Values around zero with a standard deviation. */
    static RandomTensors normal(DType type, double deviation, long seed) {
        return new RandomTensors(type, rng -> rng.normal(BLOCK).mul(deviation).to(type), seed);
    }

    /** Any bytes. */
    static RandomTensors bytes(long seed) {
        return new RandomTensors(DType.U8, rng -> rng.uniform(0, 256, BLOCK).to(DType.U8), seed);
    }

    /** A new tensor in the current scope. */
    Tensor next(long... shape) {
        Tensor out = Kernels.onLargePages(Tensors.empty(type, shape));
        try (Scope scope = Scope.open()) {
            Tensor flat = out.reshape(-1);
            long count = flat.count();
            for (long at = 0; at < count; ) {
                long length = Math.min(count - at, BLOCK - start);
                flat.narrow(0, at, length).copyInPlace(block.narrow(0, start, length));
                at += length;
                start = (start + length) % BLOCK;
            }
        }
        return out;
    }

    @Override
    public void close() {
        owner.close();
    }
}
