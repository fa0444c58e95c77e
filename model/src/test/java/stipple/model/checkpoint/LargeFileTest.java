package stipple.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileTest {
    @TempDir
    Path dir;

    @Test
    void a_tensor_beyond_four_gibibytes_is_reached() throws IOException {
        long first = 5L << 30;
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + first + "],\"data_offsets\":[0," + first + "]},"
                + "\"b\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[" + first + "," + (first + 4) + "]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Path path = dir.resolve("large.safetensors");
        // A sparse file: only its ends take room on disk.
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer head = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(head.putLong(json.length).put(json).flip());
            ByteBuffer tail =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0x01020304);
            channel.write(tail.flip(), 8 + json.length + first);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            StoredTensor last = file.tensors().get("b");
            assertEquals(0x01020304, last.data().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
            assertEquals(first, file.tensors().get("a").count());
        }
    }
}
