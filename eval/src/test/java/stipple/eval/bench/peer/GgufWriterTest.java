package stipple.eval.bench.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.eval.bench.NamedShape;
import stipple.model.config.BackboneConfig;
import stipple.torch.UserException;
import stipple.torch.kernels.WeightFormat;

class GgufWriterTest {
    private static final BackboneConfig TINY = NamedShape.of("tiny").backbone();

    private record Entry(long[] shape, int type, long offset) {}

    /** Reads the file as the format's description says, independently of the writer. */
    private static final class Reader {
        private final ByteBuffer bytes;
        private final Map<String, Object> metadata = new HashMap<>();
        private final Map<String, Entry> tensors = new HashMap<>();
        private final int start;

        Reader(byte[] file) {
            bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            byte[] magic = new byte[4];
            bytes.get(magic);
            assertArrayEquals("GGUF".getBytes(StandardCharsets.US_ASCII), magic);
            assertEquals(3, bytes.getInt());
            long count = bytes.getLong();
            long pairs = bytes.getLong();
            for (long i = 0; i < pairs; i++) {
                metadata.put(string(), value(bytes.getInt()));
            }
            for (long i = 0; i < count; i++) {
                String name = string();
                long[] shape = new long[bytes.getInt()];
                for (int d = 0; d < shape.length; d++) {
                    shape[d] = bytes.getLong();
                }
                tensors.put(name, new Entry(shape, bytes.getInt(), bytes.getLong()));
            }
            start = Math.ceilDiv(bytes.position(), 32) * 32;
        }

        private Object value(int type) {
            return switch (type) {
                case 4, 5 -> bytes.getInt();
                case 6 -> bytes.getFloat();
                case 8 -> string();
                case 9 -> {
                    int element = bytes.getInt();
                    Object[] all = new Object[(int) bytes.getLong()];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = value(element);
                    }
                    yield all;
                }
                default -> throw new AssertionError("unknown type " + type);
            };
        }

        private String string() {
            byte[] raw = new byte[(int) bytes.getLong()];
            bytes.get(raw);
            return new String(raw, StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_file_holds_every_tensor_of_the_shape_at_its_aligned_place(@TempDir Path folder) throws IOException {
        for (WeightFormat format : new WeightFormat[] {WeightFormat.INT4, WeightFormat.INT8}) {
            GgufShape shape = new GgufShape(TINY, GgufFormat.of(format));
            Path file = folder.resolve(format.id());

            GgufWriter.write(shape, file);

            Reader read = new Reader(Files.readAllBytes(file));
            assertEquals("qwen2", read.metadata.get("general.architecture"));
            assertEquals(TINY.hidden(), read.metadata.get("qwen2.embedding_length"));
            assertEquals(3 + 12 * TINY.layers(), read.tensors.size());
            assertEquals(read.start + shape.bytes(), Files.size(file));
            Entry up = read.tensors.get("blk.1.ffn_up.weight");
            assertArrayEquals(new long[] {TINY.hidden(), TINY.intermediate()}, up.shape());
            assertEquals(format == WeightFormat.INT4 ? 2 : 8, up.type());
            read.tensors.values().forEach(tensor -> assertEquals(0, tensor.offset() % 32));
            float scale = Float.float16ToFloat(read.bytes.getShort(read.start + (int) up.offset()));
            assertTrue(scale > 0.0005f && scale < 0.0011f, "the first block begins with a scale, not " + scale);
            Entry norm = read.tensors.get("blk.0.attn_norm.weight");
            assertEquals(1, read.bytes.getFloat(read.start + (int) norm.offset()));
        }
    }

    @Test
    void four_and_eight_bits_are_the_formats_that_have_a_relative() {
        assertEquals(18, GgufFormat.of(WeightFormat.INT4).bytes(32));
        assertEquals(34, GgufFormat.of(WeightFormat.INT8).bytes(32));
        String refusal = org.junit.jupiter.api.Assertions.assertThrows(
                        UserException.class, () -> GgufFormat.of(WeightFormat.F32))
                .getMessage();
        assertTrue(refusal.contains("--quant int8 or int4"), refusal);
    }
}
