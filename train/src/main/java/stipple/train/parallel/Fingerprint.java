package stipple.train.parallel;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** A checksum over the bytes of all parameters, to compare them between processes without sending them. */
final class Fingerprint {
    private static final long CHUNK = 1L << 30;

    private Fingerprint() {}

    static long of(Weights weights) {
        CRC32C checksum = new CRC32C();
        for (Tensor tensor : weights.all().values()) {
            try (Scope scope = Scope.open()) {
                MemorySegment bytes =
                        Autograd.off(() -> tensor.to(Device.CPU).contiguous()).bytes();
                for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
                    checksum.update(bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at))
                            .asByteBuffer());
                }
            }
        }
        return checksum.getValue();
    }
}
