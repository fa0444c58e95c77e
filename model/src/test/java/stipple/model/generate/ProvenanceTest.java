package stipple.model.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.ConfigDialect;
import stipple.model.config.GenerationDefaults;
import stipple.model.files.Sha256;
import stipple.model.image.GenerationParameters;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.model.load.ModelIdentity;
import stipple.torch.UserException;

class ProvenanceTest {
    private static final GenerationDefaults DEFAULTS = GenerationDefaults.of(ConfigDialect.A, 512);
    private static final ModelIdentity MODEL = new ModelIdentity("tiny", "0123456789abcdef", "fedcba9876543210");
    private static final Provenance.Machine MACHINE = new Provenance.Machine("float32", "cpu", "AVX2", 2, "int4");

    @TempDir
    Path temp;

    private Path written(PngMetadata metadata) {
        Path file = temp.resolve("x.png");
        PngWriter.write(file, new PixelImage(1, 1, new byte[3]), metadata);
        return file;
    }

    private static GenerationRequest request(int count) {
        return GenerationRequest.with(DEFAULTS)
                .prompt("an apple")
                .seed(40)
                .count(count)
                .build();
    }

    @Test
    void a_picture_of_many_is_read_back_as_the_only_one_of_its_own_seed() {
        Provenance provenance = new Provenance("1", MODEL, MACHINE, request(3), null);
        StoredSettings stored = StoredSettings.read(written(provenance.metadata(2)));
        RequestBuilder builder = GenerationRequest.with(DEFAULTS);
        stored.applyTo(builder);
        GenerationRequest again = builder.build();
        assertEquals(42, again.seed());
        assertEquals(1, again.count());
        assertEquals("an apple", again.prompt());
        assertEquals(MODEL, stored.model());
        assertEquals(MACHINE, stored.machine());
        assertTrue(stored.input().isEmpty());
    }

    @Test
    void the_common_form_holds_the_settings_under_their_usual_names() {
        InputReference input = new InputReference("in.png", "ab".repeat(32));
        Provenance provenance = new Provenance("1", MODEL, MACHINE, request(3), input);
        String text = PngMetadata.read(written(provenance.metadata(1)))
                .find(PngMetadata.PARAMETERS)
                .orElseThrow();
        GenerationParameters parameters = GenerationParameters.parse(text);
        assertEquals("an apple", parameters.prompt());
        assertEquals(DEFAULTS.negativePrompt(), parameters.negativePrompt());
        Map<String, String> settings = parameters.settings();
        assertEquals("50", settings.get("Steps"));
        assertEquals("s1", settings.get("Sampler"));
        assertEquals("7.5", settings.get("CFG scale"));
        assertEquals("41", settings.get("Seed"));
        assertEquals("512x512", settings.get("Size"));
        assertEquals("0123456789", settings.get("Model hash"));
        assertEquals("tiny", settings.get("Model"));
        assertEquals("stipple 1", settings.get("Version"));
        assertEquals("ab".repeat(5), settings.get("Input hash"));
    }

    @Test
    void a_picture_without_settings_or_with_incomplete_ones_is_refused() {
        UserException none = assertThrows(UserException.class, () -> StoredSettings.read(written(PngMetadata.NONE)));
        assertTrue(none.getMessage().contains("no settings"), none.getMessage());
        Provenance provenance = new Provenance("1", MODEL, MACHINE, request(1), null);
        String cut = provenance.json(0).toString().replace("\"cfg\":7.5,", "");
        Path file = written(new PngMetadata(Map.of(PngMetadata.STIPPLE, cut)));
        UserException incomplete = assertThrows(UserException.class, () -> StoredSettings.read(file));
        assertTrue(incomplete.getMessage().contains("lack cfg"), incomplete.getMessage());
    }

    @Test
    void the_digest_of_a_file_is_what_sha256sum_prints() throws IOException {
        Path file = Files.write(temp.resolve("abc"), "abc".getBytes(UTF_8));
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                InputReference.of(file).sha256());
        assertEquals(
                Sha256.of(java.util.List.of(Files.write(temp.resolve("2"), "abcabc".getBytes(UTF_8)))),
                Sha256.of(java.util.List.of(file, file)));
    }
}
