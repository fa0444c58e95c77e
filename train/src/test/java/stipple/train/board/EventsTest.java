package stipple.train.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;

/** TensorFlow's own classes read back what we write. */
public class EventsTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000L, 250_000_000L);

    /** Reads records and checks both checksums of each with an independent implementation. */
    public static List<Event> read(byte[] file) throws IOException {
        List<Event> events = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(file))) {
            while (in.available() > 0) {
                byte[] length = in.readNBytes(8);
                assertEquals(masked(length), little(in.readNBytes(4)));
                byte[] data = in.readNBytes((int)
                        ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
                assertEquals(masked(data), little(in.readNBytes(4)));
                events.add(Event.parseFrom(data));
            }
        }
        return events;
    }

    private static int little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** CRC32C bit by bit, by its polynomial. */
    private static int masked(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int i = 0; i < 8; i++) {
                crc = (crc >>> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    @Test
    void aFileBeginsWithTheBytesThatTensorFlowWrites() {
        byte[] header = Events.header(TIME);
        assertArrayEquals(
                HexFormat.ofDelimiter(" ").parseHex("18 00 00 00 00 00 00 00 a3 7f 4b 22"),
                java.util.Arrays.copyOf(header, 12));
        assertEquals(16 + 24, header.length);
    }

    @Test
    void headerRestartScalarsPicturesAndHistogramsReadBack() throws IOException {
        byte[] png = PngEncoder.encode(Pixels.filled(7, 5, 100));
        Histogram histogram = Histogram.of(new float[] {-1, 0, 0.5f, 3, Float.NaN});
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Events.header(TIME));
        file.writeBytes(Events.restart(TIME, 400));
        file.writeBytes(Events.summary(
                TIME,
                3_000_000_000L,
                new Summary().scalar("loss/total", 0.25).image("samples", png).histogram("weights/layers", histogram)));
        List<Event> events = read(file.toByteArray());

        assertEquals("brain.Event:2", events.getFirst().getFileVersion());
        assertEquals(1_700_000_000.25, events.getFirst().getWallTime());
        assertEquals(
                SessionLog.SessionStatus.START, events.get(1).getSessionLog().getStatus());
        assertEquals(400, events.get(1).getStep());

        Event last = events.getLast();
        assertEquals(3_000_000_000L, last.getStep());
        assertEquals(3, last.getSummary().getValueCount());
        assertEquals("loss/total", last.getSummary().getValue(0).getTag());
        assertEquals(0.25f, last.getSummary().getValue(0).getSimpleValue());
        var image = last.getSummary().getValue(1).getImage();
        assertEquals(7, image.getWidth());
        assertEquals(5, image.getHeight());
        assertEquals(3, image.getColorspace());
        assertArrayEquals(png, image.getEncodedImageString().toByteArray());
        HistogramProto read = last.getSummary().getValue(2).getHisto();
        assertEquals(-1, read.getMin());
        assertEquals(3, read.getMax());
        assertEquals(4, read.getNum(), "what is no number is not counted");
        assertEquals(2.5, read.getSum(), 1e-9);
        assertEquals(10.25, read.getSumSquares(), 1e-9);
        assertEquals(read.getBucketCount(), read.getBucketLimitCount());
        assertEquals(3, read.getBucketLimit(read.getBucketLimitCount() - 1));
        assertEquals(1, read.getBucket(0));
        assertEquals(4, read.getBucketList().stream().mapToDouble(d -> d).sum());
        assertTrue(last.getUnknownFields().asMap().isEmpty());
    }

    @Test
    void histogramsOfOneValueAndOfNothingAreSound() {
        Histogram one = Histogram.of(new float[] {2, 2, 2});
        assertEquals(3, one.buckets()[0]);
        assertTrue(one.limits()[0] > 2);
        assertEquals(0, Histogram.of(new float[0]).count());
    }

    @Test
    void whatIsNoPngIsNoPicture() {
        assertThrows(IllegalArgumentException.class, () -> new Summary().image("samples", new byte[100]));
    }
}
