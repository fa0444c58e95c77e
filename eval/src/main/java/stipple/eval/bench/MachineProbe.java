package stipple.eval.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stipple.torch.Autograd;
import stipple.torch.Cards;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.MachineSpeed;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Torch;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.Kernels;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

/** Measures the machine; a few seconds. */
public final class MachineProbe {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

    private static final long BUFFER = 512L << 20;
    private static final int READS = 8;
    private static final int SIDE = 1024;
    private static final int ROWS = 64;
    private static final double PEAK_SECONDS = 0.2;

    private MachineProbe() {}

    /** Measures. */
    public static Machine measure() {
        int threads = Torch.threads();
        Map<String, Double> peaks = new LinkedHashMap<>();
        peaks.put(typeName(DType.F32), MachineSpeed.matmul(DType.F32));
        peaks.put(typeName(DType.BF16), MachineSpeed.matmul(DType.BF16));
        double bandwidth = readBandwidth();
        if (KernelLibrary.available()) {
            // Whoever is faster tells what the machine can do.
            peaks.merge(typeName(DType.F32), kernelPeak(WeightFormat.F32), Math::max);
            peaks.merge(typeName(DType.BF16), kernelPeak(WeightFormat.BF16), Math::max);
            peaks.put(WeightFormat.INT8.id(), kernelPeak(WeightFormat.INT8));
        }
        return new Machine(cpu(), threads, Torch.cpuCapability(), cacheBytes(), bandwidth, peaks);
    }

    /** Measures what a model on a device runs on. */
    public static Machine measure(Device device) {
        if (device.type() == Device.Type.CPU) {
            return measure();
        }
        Map<String, Double> peaks = new LinkedHashMap<>();
        for (DType type : new DType[] {DType.F32, DType.BF16}) {
            peaks.put(typeName(type), MachineSpeed.matmul(type, device));
        }
        return new Machine(Cards.name(device), 1, "CUDA", 0, MachineSpeed.cardBandwidth(device), peaks);
    }

    /** Bytes per second that all threads together read from memory. */
    static double readBandwidth() {
        double plain = MachineSpeed.readBandwidth(Torch.threads());
        return KernelLibrary.available() ? Math.max(plain, Kernels.readBandwidth(BUFFER, READS)) : plain;
    }

    /** Operations per second of our own product of 1024x1024 matrices. */
    private static double kernelPeak(WeightFormat format) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(5)) {
            Tensor weight = rng.normal(SIDE, SIDE);
            PackedMatrix matrix = format.packed()
                    ? PackedMatrix.quantise(weight, format, 0)
                    : PackedMatrix.of(weight.to(format == WeightFormat.F32 ? DType.F32 : DType.BF16));
            double best = 0;
            // Many rows are cut into pieces, few fit a cache: which is faster depends on the processor.
            for (int rows : new int[] {ROWS, SIDE}) {
                Tensor x = rng.normal(rows, SIDE);
                Timing timing = Timing.measure(PEAK_SECONDS, () -> {
                    try (Scope inner = Scope.open()) {
                        Autograd.off(() -> matrix.multiply(x));
                    }
                });
                best = Math.max(best, 2.0 * rows * SIDE * SIDE / timing.low());
            }
            return best;
        }
    }

    /** A type as reports call it. */
    static String typeName(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> type.safetensorsName().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static String cpu() {
        return lines(CPU_INFO).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** Size of the largest cache that the first core sees; 0 where the system does not tell. */
    private static long cacheBytes() {
        long most = 0;
        for (int index = 0; Files.isDirectory(CACHES.resolve("index" + index)); index++) {
            List<String> size = lines(CACHES.resolve("index" + index).resolve("size"));
            if (!size.isEmpty() && size.getFirst().matches("\\d+[KM]")) {
                String text = size.getFirst();
                long value = Long.parseLong(text.substring(0, text.length() - 1));
                most = Math.max(most, value << (text.endsWith("M") ? 20 : 10));
            }
        }
        return most;
    }

    private static List<String> lines(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
