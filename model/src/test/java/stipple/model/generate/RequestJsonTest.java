package stipple.model.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import stipple.model.config.ConfigDialect;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.files.JsonObjectFile;
import stipple.model.flow.SolverKind;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

class RequestJsonTest {
    private static final GenerationDefaults DEFAULTS = GenerationDefaults.of(ConfigDialect.A, 512);

    private static final GenerationRequest UNUSUAL = GenerationRequest.with(DEFAULTS)
            .prompt("a „red“ apple\n🍎")
            .positive("good")
            .negative("bad, worse")
            .size(new ImageSize(256, 512))
            .count(3)
            .seed(Long.MIN_VALUE + 7)
            .steps(11)
            .cfg(1.1)
            .shift(3.2)
            .sampler(SamplerKind.S3_CPS)
            .noiseLevel(0.30000000000000004)
            .cfgSchedule(GuidanceSchedule.LINEAR_RISING)
            .useNorm(false)
            .contextNoise(0.35)
            .previews(new Previews(2))
            .stepsEnd(5)
            .reuse(2)
            .reuseTolerance(0.0625)
            .build();

    private static JsonObjectFile parsed(String json) {
        return JsonObjectFile.parse("the request", json.getBytes(UTF_8));
    }

    @Test
    void every_field_but_the_pictures_survives_the_way_there_and_back() {
        RequestBuilder builder = GenerationRequest.with(DEFAULTS);
        RequestJson.apply(parsed(RequestJson.write(UNUSUAL).toString()), builder);
        assertEquals(UNUSUAL, builder.build());
    }

    @Test
    void solver_and_kept_rows_survive_the_way_there_and_back() {
        PixelImage start = TinyCheckpoint.picture(new ImageSize(64, 64), 1);
        GenerationRequest request = GenerationRequest.with(DEFAULTS)
                .sampler(SamplerKind.ODE)
                .solver(SolverKind.AB2)
                .continueFrom(start)
                .continueRows(3)
                .build();
        RequestBuilder builder = GenerationRequest.with(DEFAULTS).continueFrom(start);
        RequestJson.apply(parsed(RequestJson.write(request).toString()), builder);
        assertEquals(request, builder.build());
    }

    @Test
    void there_is_a_key_for_every_field_but_the_input() {
        // The shortcuts have a key each; the picture to continue has one for its rows.
        int fields =
                GenerationRequest.class.getRecordComponents().length - 2 + Shortcuts.class.getRecordComponents().length;
        assertEquals(fields, RequestJson.keys().size());
        assertEquals(RequestJson.keys().size(), RequestJson.write(UNUSUAL).size());
    }

    @Test
    void keys_that_are_absent_leave_the_defaults() {
        RequestBuilder builder = GenerationRequest.with(DEFAULTS).prompt("a cat");
        RequestJson.apply(parsed("{\"steps\": 3, \"cfg\": null}"), builder);
        GenerationRequest request = builder.build();
        assertEquals(3, request.steps());
        assertEquals(DEFAULTS.cfg(), request.cfg());
        assertEquals("a cat", request.prompt());
    }

    @Test
    void unknown_keys_and_wrong_kinds_are_refused_by_name() {
        RequestBuilder builder = GenerationRequest.with(DEFAULTS);
        UserException unknown =
                assertThrows(UserException.class, () -> RequestJson.apply(parsed("{\"step\": 3}"), builder));
        assertTrue(unknown.getMessage().contains("'step'"), unknown.getMessage());
        UserException kind =
                assertThrows(UserException.class, () -> RequestJson.apply(parsed("{\"seed\": 1.5}"), builder));
        assertTrue(kind.getMessage().contains("'seed'"), kind.getMessage());
    }

    @Test
    void a_given_setting_that_cannot_change_the_picture_is_refused() {
        GenerationRequest plain = GenerationRequest.with(DEFAULTS)
                .cfg(1)
                .sampler(SamplerKind.S1)
                .cfgSchedule(GuidanceSchedule.LINEAR_FALLING)
                .build();
        for (String key : Set.of("noise_level", "negative", "cfg_schedule")) {
            assertThrows(UserException.class, () -> UnusedSettings.refuse(Set.of(key), plain), key);
        }
        UnusedSettings.refuse(Set.of("steps", "seed"), plain);
        UnusedSettings.refuse(RequestJson.keys(), UNUSUAL);
    }
}
