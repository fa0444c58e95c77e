package stipple.data.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.build.SetReport;
import stipple.data.packages.FakeDeb;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.shards.ShardSet;

class FashionBuilderTest {
    private static final int PIXELS = 28 * 28;

    @TempDir
    Path folder;

    private static byte[] idx(int[] shape, byte[] values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
            out.writeInt(0x800 | shape.length);
            for (int length : shape) {
                out.writeInt(length);
            }
            out.write(values);
        }
        return bytes.toByteArray();
    }

    /** Picture {@code i} is of one grey, {@code 10 i}, but for its first pixel. */
    private static void put(Map<String, byte[]> files, String name, int... labels) throws IOException {
        byte[] pixels = new byte[labels.length * PIXELS];
        byte[] marks = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            Arrays.fill(pixels, i * PIXELS, (i + 1) * PIXELS, (byte) (10 * i));
            pixels[i * PIXELS] = (byte) 255;
            marks[i] = (byte) labels[i];
        }
        String path = "usr/share/datasets/fashion-mnist/" + name;
        files.put(path + "-images-idx3-ubyte.gz", idx(new int[] {labels.length, 28, 28}, pixels));
        files.put(path + "-labels-idx1-ubyte.gz", idx(new int[] {labels.length}, marks));
    }

    private SetReport build(OptionalInt count, int... labels) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        put(files, "train", labels);
        put(files, "t10k", 9, 1);
        Path deb = FakeDeb.write(folder.resolve("a.deb"), files);
        return FashionBuilder.build(
                new FashionBuilder.Options(folder.resolve("set"), count, 2, wanted -> deb), p -> {});
    }

    @Test
    void pictures_keep_their_pixels_and_division_and_classes_become_captions() throws IOException {
        SetReport report = build(OptionalInt.empty(), 7, 0, 7);
        assertEquals(Map.of("train", 3, "test", 2), report.by("split"));
        assertEquals(Map.of("sneaker", 2, "t-shirt", 1, "ankle boot", 1, "trousers", 1), report.by("class"));
        ShardSet train = ShardSet.open(folder.resolve("set"), "train");
        JsonNode json = train.json(2);
        assertEquals("a sneaker, grey on black", json.at("/caption/0").asText());
        assertEquals("一只运动鞋，黑底灰度图", json.at("/caption_zh/0").asText());
        assertEquals("MIT", json.at("/metadata/license").asText());
        Pixels picture = PixelReader.read(train.get(2).images().getFirst(), "sneaker");
        assertEquals(32, picture.width());
        assertEquals(0, picture.at(1, 2, 0));
        assertEquals(255, picture.at(2, 2, 1));
        assertEquals(20, picture.at(29, 29, 2));
    }

    @Test
    void the_first_pictures_can_be_asked_for() throws IOException {
        assertEquals(
                Map.of("train", 2, "test", 1), build(OptionalInt.of(2), 7, 0, 7).by("split"));
    }

    @Test
    void files_of_another_form_are_refused() throws IOException {
        String label = assertThrows(DataException.class, () -> build(OptionalInt.empty(), 10))
                .getMessage();
        assertTrue(label.contains("label 10"), label);
        byte[] file = idx(new int[] {3}, new byte[] {1, 2});
        assertThrows(DataException.class, () -> IdxFile.read(file, 1, "short"));
        assertThrows(DataException.class, () -> IdxFile.read(file, 3, "labels, not pictures"));
        assertThrows(DataException.class, () -> IdxFile.read(new byte[] {1, 2}, 1, "no gzip"));
    }
}
