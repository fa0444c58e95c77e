package stipple.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.UserException;

class VaeConfigTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");

    @TempDir
    Path dir;

    @Test
    void reads_the_golden_tokenizer_through_the_checkpoint() {
        ModelConfig model = ModelConfigReader.read(GOLDEN);
        Path folder = VaeLocation.find(GOLDEN, model);
        VaeConfig vae = VaeConfig.read(folder);
        assertEquals(List.of(1, 2, 2, 2), vae.chMult());
        assertEquals(64, vae.width(3));
        assertEquals(8, vae.downsampling());
        assertEquals(2, vae.psz());
        assertEquals(1.0, vae.scalingFactor());
    }

    @Test
    void what_is_written_reads_back_equal() {
        for (int tile : new int[] {0, 4}) {
            VaeConfig vae = new VaeConfig(256, 3, 3, 32, List.of(1, 2), 1, 4, 0.5, -0.1, true, false, 1, tile);
            vae.write(dir);
            assertEquals(vae, VaeConfig.read(dir));
        }
    }

    @Test
    void a_missing_file_is_refused_rather_than_guessed() {
        UserException error = assertThrows(UserException.class, () -> VaeConfig.read(dir));
        assertTrue(error.getMessage().contains("config.json"), error.getMessage());
    }

    @Test
    void a_missing_key_that_changes_latents_silently_is_refused() throws IOException {
        for (String key : List.of("psz", "encoder_norm", "scaling_factor", "shift_factor", "deterministic")) {
            String json = Files.readString(GOLDEN.resolve("vae/config.json")).replace("\"" + key + "\"", "\"x\"");
            Files.writeString(dir.resolve("config.json"), json);
            UserException error = assertThrows(UserException.class, () -> VaeConfig.read(dir), key);
            assertTrue(error.getMessage().contains("'" + key + "'"), error.getMessage());
        }
    }

    @Test
    void a_width_that_does_not_split_into_norm_groups_is_refused() {
        UserException error = assertThrows(
                UserException.class, () -> new VaeConfig(256, 3, 3, 48, List.of(1), 1, 4, 1, 0, true, true, 2, 0));
        assertTrue(error.getMessage().contains("48"), error.getMessage());
    }

    @Test
    void a_checkpoint_without_tokenizer_folder_is_refused() throws IOException {
        Files.copy(GOLDEN.resolve("config.json"), dir.resolve("config.json"));
        ModelConfig model = ModelConfigReader.read(dir);
        UserException error = assertThrows(UserException.class, () -> VaeLocation.find(dir, model));
        assertTrue(error.getMessage().contains("vae"), error.getMessage());
    }
}
