package stipple.model.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import stipple.model.files.AtomicFile;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * Writes safetensors files whole or not at all. The order is fixed (widest elements first, then by name), so the same
 * tensors always give the same bytes; the header is padded so that every tensor is aligned to its element size.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    /** Single bytes are packed weights, which are read in whole cache lines. */
    private static final int LINE = 64;

    private static final int CHUNK = 64 << 20;

    private SafetensorsWriter() {}

    /**
     * Writes one file.
     *
     * @param metadata free-form strings; {@code format: pt} is added unless given, loaders insist on it
     * @throws UserException if a name occurs twice, a tensor's bytes do not fit its shape, or the file cannot be written
     */
    public static void write(Path file, List<TensorSource> tensors, Map<String, String> metadata) {
        List<TensorSource> ordered = ordered(tensors);
        byte[] header = header(ordered, metadata);
        AtomicFile.write(file, channel -> {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            AtomicFile.writeFully(channel, length.putLong(header.length).flip());
            AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
            for (TensorSource tensor : ordered) {
                write(channel, tensor);
            }
        });
    }

    private static List<TensorSource> ordered(List<TensorSource> tensors) {
        Set<String> names = new HashSet<>();
        for (TensorSource tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new UserException("Tensor '" + tensor.name() + "' is to be written twice");
            }
        }
        List<TensorSource> ordered = new ArrayList<>(tensors);
        ordered.sort(
                Comparator.comparing((TensorSource tensor) -> -tensor.dtype().bytes())
                        .thenComparing(TensorSource::name));
        return ordered;
    }

    private static byte[] header(List<TensorSource> ordered, Map<String, String> metadata) {
        ObjectNode header = JsonObjectFile.newObject();
        Map<String, String> strings = new TreeMap<>(metadata);
        strings.putIfAbsent("format", "pt");
        strings.forEach(header.putObject("__metadata__")::put);
        long offset = 0;
        for (TensorSource tensor : ordered) {
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", tensor.dtype().safetensorsName());
            var shape = entry.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            long end = Math.addExact(offset, tensor.bytes());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        long wide = ordered.stream()
                .filter(tensor -> tensor.dtype().bytes() > 1)
                .mapToLong(TensorSource::bytes)
                .sum();
        if (wide < offset && wide % ALIGNMENT == 0) {
            padded += Math.floorMod(-(Long.BYTES + padded + wide), LINE);
        }
        byte[] result = new byte[padded];
        Arrays.fill(result, (byte) ' ');
        System.arraycopy(json, 0, result, 0, json.length);
        return result;
    }

    private static void write(FileChannel channel, TensorSource tensor) throws IOException {
        MemorySegment data = tensor.data().get();
        if (data.byteSize() != tensor.bytes()) {
            throw new UserException("Tensor '" + tensor.name() + "' of " + tensor.dtype() + " "
                    + Shapes.text(tensor.shape()) + " needs " + tensor.bytes() + " bytes, but has " + data.byteSize());
        }
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            long size = Math.min(CHUNK, data.byteSize() - at);
            AtomicFile.writeFully(channel, bytes(data.asSlice(at, size)));
        }
    }

    /** A channel takes buffers of bytes; memory of a Java array of another type must be copied for it. */
    private static ByteBuffer bytes(MemorySegment chunk) {
        if (chunk.isNative()) {
            return chunk.asByteBuffer();
        }
        ByteBuffer copy = ByteBuffer.allocateDirect((int) chunk.byteSize());
        MemorySegment.ofBuffer(copy).copyFrom(chunk);
        return copy;
    }
}
