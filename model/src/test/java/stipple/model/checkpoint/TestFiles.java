package stipple.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import stipple.torch.DType;

/** Builds well-formed and malformed weight files byte by byte. */
final class TestFiles {
    static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");

    private TestFiles() {}

    /** A safetensors file with exactly this header and this many zero bytes of data. */
    static Path safetensors(Path file, String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return safetensors(file, json.length, json, dataBytes);
    }

    /** As above with a length of its own in front. */
    static Path safetensors(Path file, long length, byte[] json, int dataBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(length).put(json);
        return Files.write(file, buffer.array());
    }

    /** A tensor of floats to write. */
    static TensorSource floats(String name, long[] shape, float... values) {
        return new TensorSource(name, DType.F32, shape, () -> MemorySegment.ofArray(values));
    }

    /** The floats of a stored tensor. */
    static float[] floats(StoredTensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    /** Little-endian floats. */
    static byte[] bytes(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    /** A zip archive of these entries. */
    static Path zip(Path file, Map<String, byte[]> entries, boolean deflated) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                if (!deflated) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.getValue());
                    header.setMethod(ZipEntry.STORED);
                    header.setSize(entry.getValue().length);
                    header.setCrc(crc.getValue());
                }
                out.putNextEntry(header);
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return file;
    }

    /** Writes pickles opcode by opcode. */
    static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            op(0x80, 2);
        }

        Pickle op(int... bytes) {
            for (int b : bytes) {
                out.write(b);
            }
            return this;
        }

        Pickle text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            op('X', utf8.length & 0xFF, utf8.length >> 8, 0, 0);
            return raw(utf8);
        }

        Pickle global(String module, String name) {
            op('c');
            return raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        }

        Pickle number(int value) {
            return op('M', value & 0xFF, value >> 8);
        }

        Pickle numbers(int... values) {
            op('(');
            for (int value : values) {
                number(value);
            }
            return op('t');
        }

        /** The call that rebuilds a tensor over the storage {@code key} of {@code count} elements. */
        Pickle tensor(String storage, String key, int count, int offset, int[] shape, int[] strides) {
            global("torch._utils", "_rebuild_tensor_v2");
            op('(', '(')
                    .text("storage")
                    .global("torch", storage)
                    .text(key)
                    .text("cpu")
                    .number(count);
            op('t', 'Q').number(offset).numbers(shape).numbers(strides).op(0x89);
            return global("collections", "OrderedDict").op(')', 'R', 't', 'R');
        }

        byte[] stop() {
            op('.');
            return out.toByteArray();
        }

        private Pickle raw(byte[] bytes) {
            try {
                out.write(bytes);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return this;
        }
    }
}
