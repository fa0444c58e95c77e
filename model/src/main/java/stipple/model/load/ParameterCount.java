package stipple.model.load;

import java.util.Arrays;
import java.util.List;
import stipple.model.checkpoint.ExpectedTensor;

/** Counts parameters without loading them. */
final class ParameterCount {
    private ParameterCount() {}

    static long of(List<ExpectedTensor> tensors) {
        return tensors.stream()
                .filter(t -> t.presence() == ExpectedTensor.Presence.REQUIRED)
                .mapToLong(t -> Arrays.stream(t.shape()).reduce(1, (a, b) -> a * b))
                .sum();
    }
}
