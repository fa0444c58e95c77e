package stipple.torch;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A random generator on the CPU. Noise always starts here, whatever the device, so that a seed means the same picture
 * everywhere.
 */
public final class Rng implements AutoCloseable {
    static {
        NativeLibraries.load();
    }

    private final Generator generator;
    private final GeneratorOptional optional;

    /** A generator whose sequence is fixed by the seed. */
    public Rng(long seed) {
        generator = torch.make_generator_cpu();
        generator.set_current_seed(seed);
        optional = new GeneratorOptional(generator);
    }

    /** Standard normal float32 draws of the given shape. */
    public Tensor normal(long... shape) {
        Tensor out = Tensors.empty(DType.F32, shape);
        return Native.inPlace(out, () -> out.handle.normal_(0, 1, optional));
    }

    /** Uniform float32 draws from [low, high). */
    public Tensor uniform(double low, double high, long... shape) {
        Tensor out = Tensors.empty(DType.F32, shape);
        return Native.inPlace(out, () -> out.handle.uniform_(low, high, optional));
    }

    /** The complete state, for a checkpoint: bytes {@code [n]} of dtype U8. */
    public Tensor state() {
        return Native.wrap(generator::get_state);
    }

    /** Restores a state taken by {@link #state()}. */
    public void state(Tensor state) {
        Native.run(() -> generator.set_state(state.handle));
    }

    @Override
    public void close() {
        optional.close();
        generator.close();
    }
}
