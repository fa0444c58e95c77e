package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Uploads in pieces, with the CPU in the place of the card. */
class StagedUploadTest {
    /** Keeps an order of events that a card would need. */
    private static final class Fences implements StagedUpload.Fences {
        final List<String> events = new ArrayList<>();

        @Override
        public void mark(int buffer) {
            events.add("copy " + buffer);
        }

        @Override
        public void await(int buffer) {
            events.add("wait " + buffer);
        }

        @Override
        public void close() {
            events.add("close");
        }
    }

    @Test
    void a_buffer_is_filled_again_only_when_the_device_has_read_it() {
        Fences fences = new Fences();
        try (Arena arena = Arena.ofConfined();
                Scope scope = Scope.open()) {
            MemorySegment source = arena.allocate(40);
            float[] values = new float[10];
            for (int i = 0; i < values.length; i++) {
                values[i] = i - 3.5f;
                source.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
            }
            long before = Tensor.live();
            try (StagedUpload upload = new StagedUpload(Device.CPU, 12, fences)) {
                assertArrayEquals(values, upload.upload(source, DType.F32, 2, 5).toFloats());
                assertArrayEquals(
                        new float[] {-3.5f},
                        upload.upload(source.asSlice(0, 4), DType.F32).toFloats());
                assertEquals(
                        0, upload.upload(source.asSlice(0, 0), DType.F32, 0, 3).count());
                assertThrows(IllegalArgumentException.class, () -> upload.upload(source, DType.F32, 9));
            }
            // The results, and the one that was made for what was refused.
            assertEquals(before + 4, Tensor.live());
        }
        assertEquals(
                List.of(
                        "copy 0", "copy 1", "wait 0", "copy 0", "wait 1", "copy 1", "wait 0", "copy 0", "wait 0",
                        "wait 1", "close"),
                fences.events);
    }
}
