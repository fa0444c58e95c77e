package stipple.eval.verify;

import java.util.function.Consumer;
import java.util.function.Supplier;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.DeviceGraph;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.StagedUpload;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.TorchException;
import stipple.torch.UserException;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.WeightFormat;

/** What only a graphics card does, held against the same sums on the CPU. */
final class CardChecks {
    private static final double BFLOAT16 = 2e-2;
    private static final long WIDTH = 256;

    /** More than both buffers of an upload. */
    private static final long UPLOAD = 18L << 20;

    private final Device device;
    private final DeviceGraph.Recorder recorder;

    /**
     * Checks of a device.
     *
     * @param recorder records graphs, or null if it cannot, which is a failure
     */
    CardChecks(Device device, DeviceGraph.Recorder recorder) {
        this.device = device;
        this.recorder = recorder;
    }

    void run(Consumer<CheckResult> results) {
        check("card.upload", results, this::upload);
        check("card.attention", results, this::attention);
        check("card.graph", results, this::graph);
        check("card.int8", results, () -> product("card.int8", WeightFormat.INT8, 2e-3));
        check("card.fp8", results, () -> product("card.fp8", WeightFormat.FP8, 2e-2));
        check("card.int4", results, this::int4);
    }

    private static void check(String name, Consumer<CheckResult> results, Supplier<CheckResult> body) {
        try (Scope scope = Scope.open()) {
            results.accept(Autograd.off(body));
        } catch (UserException | TorchException e) {
            results.accept(CheckResult.failed(name, e.getMessage()));
        }
    }

    private CheckResult upload() {
        Tensor values = Tensors.arange(UPLOAD);
        try (StagedUpload upload = StagedUpload.to(device)) {
            return Comparison.of("card.upload", values, upload.upload(values.bytes(), DType.F32, UPLOAD), 0);
        }
    }

    /** One query per row over grouped keys of a part of a larger memory, as the token loop has it. */
    private CheckResult attention() {
        try (Rng rng = new Rng(1)) {
            Tensor q = rng.normal(1, 8, 1, 128).to(DType.BF16);
            Tensor k = rng.normal(1, 2, 40, 128).to(DType.BF16);
            Tensor v = rng.normal(1, 2, 40, 128).to(DType.BF16);
            Tensor expected = attended(q.to(DType.F32), k.to(DType.F32), v.to(DType.F32));
            return Comparison.of(
                    "card.attention", expected, attended(q.to(device), k.to(device), v.to(device)), BFLOAT16);
        }
    }

    private static Tensor attended(Tensor q, Tensor k, Tensor v) {
        return Nn.attention(q, k.narrow(2, 3, 33), v.narrow(2, 3, 33), null, false);
    }

    /** A recorded graph reads its input anew each time it runs. */
    private CheckResult graph() {
        if (recorder == null) {
            return CheckResult.failed("card.graph", "graphs cannot be recorded; the log says why");
        }
        try (Rng rng = new Rng(2)) {
            Tensor weight = rng.normal(WIDTH, WIDTH).to(device);
            Tensor x = Tensors.zeros(DType.F32, 2, WIDTH).to(device);
            Tensor y = Tensors.zeros(DType.F32, 2, WIDTH).to(device);
            Runnable work = () -> {
                try (Scope scope = Scope.open()) {
                    y.copyAsync(Nn.silu(Nn.linear(x, weight, null)));
                }
            };
            try (DeviceGraph graph = recorder.record(work)) {
                for (int i = 0; i < 2; i++) {
                    x.copyInPlace(rng.normal(2, WIDTH));
                    graph.replay();
                }
                float[] replayed = y.toFloats();
                work.run();
                return Comparison.of("card.graph", y, Tensors.of(replayed, 2, WIDTH), 0);
            }
        }
    }

    private CheckResult product(String name, WeightFormat format, double tolerance) {
        try (Rng rng = new Rng(3)) {
            CardMatrix matrix = CardMatrix.round(rng.normal(WIDTH, WIDTH).to(device), format);
            return multiplied(name, matrix, matrix.dequantise().to(Device.CPU), tolerance);
        }
    }

    private CheckResult int4() {
        try (Rng rng = new Rng(4)) {
            Tensor integers = rng.uniform(0, 16, WIDTH, WIDTH).to(DType.U8);
            CardMatrix matrix = CardMatrix.int4(
                    integers.to(device),
                    Tensors.full(0.1, DType.F32, WIDTH, WIDTH / 32).to(device));
            return multiplied(
                    "card.int4",
                    matrix,
                    integers.to(DType.F32).sub(Tensors.scalar(8)).mul(0.1),
                    BFLOAT16);
        }
    }

    private CheckResult multiplied(String name, CardMatrix matrix, Tensor weight, double tolerance) {
        try (Rng rng = new Rng(5)) {
            Tensor x = rng.normal(3, WIDTH).to(DType.BF16);
            Tensor expected = x.to(DType.F32).matmul(weight.transpose(0, 1));
            return Comparison.of(name, expected, matrix.multiply(x.to(DType.F32).to(device)), tolerance);
        }
    }
}
