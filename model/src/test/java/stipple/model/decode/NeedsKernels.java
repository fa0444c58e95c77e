package stipple.model.decode;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import stipple.torch.kernels.KernelLibrary;

/** Tests of the native loop, which are skipped with the reason where the library is missing. */
interface NeedsKernels {
    @BeforeEach
    default void needsTheLibrary() {
        assumeTrue(KernelLibrary.available(), () -> "no native kernels, because " + KernelLibrary.missing());
    }
}
