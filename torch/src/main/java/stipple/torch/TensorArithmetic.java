package stipple.torch;

import static stipple.torch.Native.withScalar;
import static stipple.torch.Native.wrap;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

/** The arithmetic of {@link Tensor}: every method returns a new tensor in the current scope of the thread. */
abstract sealed class TensorArithmetic permits Tensor {
    final org.bytedeco.pytorch.Tensor handle;

    TensorArithmetic(org.bytedeco.pytorch.Tensor handle) {
        this.handle = handle;
    }

    /** Sum of two tensors. */
    public Tensor add(Tensor other) {
        return wrap(() -> handle.add(other.handle));
    }

    /** Adds a number. */
    public Tensor add(double value) {
        return withScalar(value, handle::add);
    }

    /** Difference of two tensors. */
    public Tensor sub(Tensor other) {
        return wrap(() -> handle.sub(other.handle));
    }

    /** Elementwise product. */
    public Tensor mul(Tensor other) {
        return wrap(() -> handle.mul(other.handle));
    }

    /** Multiplies by a number. */
    public Tensor mul(double value) {
        return withScalar(value, handle::mul);
    }

    /** Elementwise quotient. */
    public Tensor div(Tensor other) {
        return wrap(() -> handle.div(other.handle));
    }

    /** Divides by a number. */
    public Tensor div(double value) {
        return withScalar(value, handle::div);
    }

    /** Negation. */
    public Tensor neg() {
        return wrap(handle::neg);
    }

    /** Absolute values. */
    public Tensor abs() {
        return wrap(handle::abs);
    }

    /** Squares. */
    public Tensor square() {
        return wrap(handle::square);
    }

    /** Square roots. */
    public Tensor sqrt() {
        return wrap(handle::sqrt);
    }

    /** Reciprocal square roots. */
    public Tensor rsqrt() {
        return wrap(handle::rsqrt);
    }

    /** Exponentials. */
    public Tensor exp() {
        return wrap(handle::exp);
    }

    /** Sines. */
    public Tensor sin() {
        return wrap(handle::sin);
    }

    /** Cosines. */
    public Tensor cos() {
        return wrap(handle::cos);
    }

    /** Logistic function. */
    public Tensor sigmoid() {
        return wrap(handle::sigmoid);
    }

    /** Rounds to the nearest integer, halves to even. */
    public Tensor round() {
        return wrap(handle::round);
    }

    /** Limits values to a range. */
    public Tensor clamp(double low, double high) {
        try (Scalar l = new Scalar(low);
                Scalar h = new Scalar(high);
                ScalarOptional lo = new ScalarOptional(l);
                ScalarOptional ho = new ScalarOptional(h)) {
            return wrap(() -> handle.clamp(lo, ho));
        }
    }

    /** Matrix product, batched over leading dimensions. */
    public Tensor matmul(Tensor other) {
        return wrap(() -> handle.matmul(other.handle));
    }

    /** Sum of all elements, shape {@code []}. */
    public Tensor sum() {
        return wrap(() -> handle.sum());
    }

    /** Mean of all elements, shape {@code []}. */
    public Tensor mean() {
        return wrap(() -> handle.mean());
    }

    /** Mean over one dimension, which is kept with length 1. */
    public Tensor mean(long dim) {
        return wrap(() -> handle.mean(new long[] {dim}, true, Native.NO_TYPE));
    }

    /** Sum over one dimension, which is kept with length 1. */
    public Tensor sum(long dim) {
        return wrap(() -> handle.sum(new long[] {dim}, true, Native.NO_TYPE));
    }

    /** Largest element, shape {@code []}. */
    public Tensor max() {
        return wrap(() -> handle.max());
    }

    /** Largest elements over one dimension, which is kept with length 1. */
    public Tensor max(long dim) {
        return wrap(() -> handle.amax(new long[] {dim}, true));
    }

    /** Index of the largest entry of the last dimension. */
    public Tensor argmax() {
        try (var last = new org.bytedeco.pytorch.LongOptional(-1)) {
            return wrap(() -> handle.argmax(last, false));
        }
    }

    /** Softmax over the last dimension. */
    public Tensor softmax() {
        return wrap(() -> handle.softmax(-1));
    }

    /** Where elements equal a whole number: BOOL. */
    public Tensor eq(long value) {
        try (Scalar scalar = new Scalar(value)) {
            return wrap(() -> handle.eq(scalar));
        }
    }

    /** Whether every element is finite. */
    public boolean allFinite() {
        try (Scope scope = Scope.open()) {
            return wrap(() -> wrap(handle::isfinite).handle.all()).item() != 0;
        }
    }
}
