package stipple.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.UserException;

class PngMetadataTest {
    private static final PixelImage IMAGE = new PixelImage(2, 1, new byte[] {1, 2, 3, (byte) 250, 5, 6});

    @TempDir
    Path dir;

    @Test
    void texts_and_pixels_survive_a_round_trip() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("Steps", "28");
        settings.put("Size", "512x512");
        settings.put("Model", "a, b: \"c\"");
        GenerationParameters parameters = new GenerationParameters("a café\nin 日本 😀", "blur, noise", settings);
        Path file = dir.resolve("out/a.png");
        PngWriter.write(file, IMAGE, PngMetadata.of(parameters, "{\"seed\": 42}"));
        PngMetadata read = PngMetadata.read(file);
        assertEquals("{\"seed\": 42}", read.find("stipple").orElseThrow());
        assertEquals(
                parameters, GenerationParameters.parse(read.find("parameters").orElseThrow()));
        assertArrayEquals(IMAGE.rgb(), ImageDecoder.read(file).rgb());
    }

    @Test
    void plain_text_goes_into_the_chunk_that_other_tools_read() {
        byte[] png = PngWriter.encode(IMAGE, new PngMetadata(Map.of("parameters", "a café")));
        String latin = new String(png, StandardCharsets.ISO_8859_1);
        assertTrue(latin.contains("tEXtparameters\0a café"));
        byte[] unicode = PngWriter.encode(IMAGE, new PngMetadata(Map.of("parameters", "日本")));
        assertTrue(new String(unicode, StandardCharsets.UTF_8).contains("iTXtparameters\0\0\0\0\0日本"));
    }

    @Test
    void texts_of_other_programs_are_read_packed_or_not() {
        PngMetadata metadata = PngMetadata.read(Path.of("src/test/resources/image/texts.png"));
        assertEquals("x".repeat(300), metadata.find("packed").orElseThrow());
        assertEquals("日本", metadata.find("note").orElseThrow());
        GenerationParameters parameters =
                GenerationParameters.parse(metadata.find("parameters").orElseThrow());
        assertEquals(new GenerationParameters("a cat", "dog", Map.of("Steps", "3")), parameters);
    }

    @Test
    void a_damaged_file_is_refused_in_one_line() throws IOException {
        byte[] png = PngWriter.encode(IMAGE, new PngMetadata(Map.of("parameters", "a cat")));
        for (int size = 0; size < png.length; size++) {
            assertRefused(Arrays.copyOf(png, size));
        }
        for (int at = 0; at < png.length; at++) {
            byte[] damaged = png.clone();
            damaged[at] ^= 0x10;
            assertRefused(damaged);
        }
    }

    @Test
    void text_chunks_with_broken_content_are_refused() {
        for (String content : List.of("noseparator", "a\0\1\0\0\0garbage", "a\0")) {
            var data = java.nio.ByteBuffer.wrap(content.getBytes(StandardCharsets.ISO_8859_1));
            byte[] png = PngChunks.insert(
                    PngWriter.encode(IMAGE, PngMetadata.NONE), List.of(new PngChunks.Chunk("iTXt", data)));
            assertRefused(png);
        }
    }

    @Test
    void nothing_is_left_where_a_file_cannot_be_written() throws IOException {
        Path blocked = Files.createFile(dir.resolve("file"));
        UserException error = assertThrows(
                UserException.class, () -> PngWriter.write(blocked.resolve("a.png"), IMAGE, PngMetadata.NONE));
        assertTrue(error.getMessage().contains("a.png"), error.getMessage());
        try (var left = Files.list(dir)) {
            assertEquals(List.of(blocked), left.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "just a prompt",
                "",
                "two\nlines",
                "ends with a colon: yes",
                "prompt\nNegative prompt: no\nmore no\nSteps: 3, CFG scale: 7.5, Model: \"a, b\"",
                "prompt\nSteps: 20, Seed: 1",
            })
    void parameters_in_any_form_are_read_and_written_alike(String text) {
        assertEquals(text, GenerationParameters.parse(text).format());
    }

    @Test
    void parameters_are_taken_apart() {
        GenerationParameters parameters = GenerationParameters.parse(
                "a cat,\nsitting\nNegative prompt: dog\nSteps: 28, Sampler: s2, CFG scale: 7.5, Seed: 42, Size: 64x64");
        assertEquals("a cat,\nsitting", parameters.prompt());
        assertEquals("dog", parameters.negativePrompt());
        assertEquals("7.5", parameters.settings().get("CFG scale"));
        assertEquals(
                List.of("Steps", "Sampler", "CFG scale", "Seed", "Size"),
                List.copyOf(parameters.settings().keySet()));
    }

    @Test
    void a_setting_name_that_could_not_be_read_back_is_refused() {
        assertThrows(UserException.class, () -> new GenerationParameters("", "", Map.of("a: b", "c")));
        assertThrows(UserException.class, () -> new GenerationParameters("", "", Map.of("", "c")));
    }

    private static void assertRefused(byte[] png) {
        UserException error = assertThrows(UserException.class, () -> PngMetadata.parse("x.png", png));
        assertTrue(error.getMessage().contains("x.png"), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }
}
