package stipple.model.quant;

import java.util.Locale;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.kernels.PackedMatrix;

/**
 * What rounding did to one matrix.
 *
 * @param name the tensor
 * @param format what it was rounded to
 * @param out outputs
 * @param in inputs
 * @param error root of the mean squared difference, over the root mean square of the weights
 * @param largest the largest difference, over the root mean square of the weights
 * @param bytes bytes with scales
 */
public record MatrixError(String name, String format, int out, int in, double error, double largest, long bytes) {
    /** Compares a matrix with its rounded form. */
    static MatrixError of(String name, Tensor weight, PackedMatrix packed) {
        try (Scope scope = Scope.open()) {
            double size = Math.sqrt(weight.square().mean().item());
            Tensor difference = packed.dequantise().sub(weight);
            double largest = difference.abs().max().item();
            double error = Math.sqrt(difference.square().mean().item());
            double unit = size > 0 ? size : 1;
            return new MatrixError(
                    name,
                    packed.format().id(),
                    packed.out(),
                    packed.in(),
                    error / unit,
                    largest / unit,
                    packed.bytes());
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%-60s %s %7d x %-7d %6.2f %%  %6.2f", name, format, out, in, error * 100, largest);
    }
}
