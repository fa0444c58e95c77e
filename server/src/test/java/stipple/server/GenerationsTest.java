package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.server.picture.UploadedPicture;

/** {@code /v1/images/generations} as OpenAI's clients use it. */
class GenerationsTest {
    private static final String PATH = "/v1/images/generations";

    @TempDir
    static Path data;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static byte[] picture(RunningServer.Answer answer, int index) {
        assertEquals(200, answer.status(), answer.body());
        return Base64.getDecoder()
                .decode(answer.json().at("/data/" + index + "/b64_json").asText());
    }

    @Test
    void a_picture_comes_back_with_its_seed_its_parameters_and_its_tokens() {
        RunningServer.Answer answer = server.draw(PATH, "prompt", "a red apple", "seed", 7, "steps", 3);
        PixelImage image = ImageDecoder.decode("answer", picture(answer, 0));
        assertEquals(64, image.width());
        JsonNode json = answer.json();
        assertEquals(7, json.at("/data/0/seed").asLong());
        assertEquals(3, json.at("/parameters/steps").asInt());
        assertEquals("64x64", json.at("/parameters/size").asText());
        assertEquals(16, json.at("/usage/output_tokens").asInt());
        assertTrue(json.at("/usage/input_tokens").asInt() > 3, json.toString());
        assertEquals("tiny", json.path("model").asText());
    }

    @Test
    void the_same_seed_gives_the_same_bytes_and_picture_i_has_seed_plus_i() {
        RunningServer.Answer two = server.draw(PATH, "prompt", "a red apple", "seed", 20, "n", 2);
        RunningServer.Answer second = server.draw(PATH, "prompt", "a red apple", "seed", 21);
        PixelImage inCompany = ImageDecoder.decode("answer", picture(two, 1));
        PixelImage alone = ImageDecoder.decode("answer", picture(second, 0));
        assertArrayEquals(inCompany.rgb(), alone.rgb());
        assertEquals(21, two.json().at("/data/1/seed").asLong());
    }

    @Test
    void without_a_seed_each_call_draws_another_picture_and_tells_its_seed() {
        JsonNode one = server.draw(PATH, "prompt", "a").json();
        JsonNode two = server.draw(PATH, "prompt", "a").json();
        assertFalse(one.at("/data/0/seed").asLong() == two.at("/data/0/seed").asLong());
        RunningServer.Answer again =
                server.draw(PATH, "prompt", "a", "seed", one.at("/data/0/seed").asLong());
        assertArrayEquals(
                ImageDecoder.decode(
                                "one",
                                Base64.getDecoder()
                                        .decode(one.at("/data/0/b64_json").asText()))
                        .rgb(),
                ImageDecoder.decode("again", picture(again, 0)).rgb());
    }

    @Test
    void the_files_settings_draw_it_again() {
        byte[] png = picture(server.draw(PATH, "prompt", "a red apple", "seed", 5, "cfg", 2), 0);
        PngMetadata texts = PngMetadata.parse("answer", png);
        assertTrue(texts.find(PngMetadata.PARAMETERS).orElseThrow().contains("Seed: 5"), texts.toString());
        assertTrue(texts.find(PngMetadata.STIPPLE).orElseThrow().contains("\"cfg\":2.0"), texts.toString());
        byte[] bare = picture(server.draw(PATH, "prompt", "a red apple", "seed", 5, "cfg", 2, "metadata", false), 0);
        assertTrue(PngMetadata.parse("answer", bare).texts().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"jpeg, 255, 216", "webp, 82, 73"})
    void lossy_files_are_smaller_when_compressed_and_carry_their_settings(String format, int first, int second) {
        byte[] good = picture(server.draw(PATH, "prompt", "a", "seed", 1, "output_format", format), 0);
        byte[] small = picture(
                server.draw(PATH, "prompt", "a", "seed", 1, "output_format", format, "output_compression", 10), 0);
        assertEquals(first, good[0] & 0xFF);
        assertEquals(second, good[1] & 0xFF);
        assertTrue(small.length < good.length, small.length + " of " + good.length);
        String text = new String(good, java.nio.charset.StandardCharsets.UTF_16BE);
        String odd = new String(good, 1, good.length - 1, java.nio.charset.StandardCharsets.UTF_16BE);
        assertTrue(text.contains("Seed: 1") || odd.contains("Seed: 1"), "no settings inside");
        assertEquals(64, UploadedPicture.decode("answer", good).width());
    }

    @Test
    void an_address_in_place_of_the_file_leads_to_the_same_file() {
        RunningServer.Answer answer =
                server.draw(PATH, "prompt", "a", "seed", 3, "response_format", "url", "output_format", "jpeg");
        String url = answer.json().at("/data/0/url").asText();
        assertArrayEquals(
                picture(server.draw(PATH, "prompt", "a", "seed", 3, "output_format", "jpeg"), 0), server.bytes(url));
    }

    @Test
    void no_partial_image_is_left_out_however_slowly_they_are_read() {
        String body = server.draw(PATH, "prompt", "a", "n", 10, "steps", 1, "stream", true, "partial_images", 3)
                .body();
        List<JsonNode> events = events(body);
        assertEquals(40, events.size(), "three and the picture of each of ten");
        for (int picture = 0; picture < 10; picture++) {
            int index = picture;
            assertEquals(
                    List.of(0, 1, 2),
                    events.stream()
                            .filter(event -> event.path("index").asInt() == index && event.has("partial_image_index"))
                            .map(event -> event.path("partial_image_index").asInt())
                            .toList());
        }
    }

    @Test
    void a_stream_shows_rows_that_are_really_drawn_and_then_the_picture() {
        RunningServer.Answer answer = server.draw(PATH, "prompt", "a", "seed", 9, "stream", true, "partial_images", 3);
        List<JsonNode> events = events(answer.body());
        List<String> types =
                events.stream().map(event -> event.path("type").asText()).toList();
        assertEquals(
                List.of(
                        "image_generation.partial_image",
                        "image_generation.partial_image",
                        "image_generation.partial_image",
                        "image_generation.completed"),
                types,
                answer.body());
        PixelImage whole = decode(events.get(3));
        for (int i = 0; i < 3; i++) {
            assertEquals(i, events.get(i).path("partial_image_index").asInt());
            PixelImage partial = decode(events.get(i));
            assertEquals(128, partial.channel(10, 63, 0), "the last row is grey");
            assertFalse(partial.channel(0, 0, 0) == 128 && partial.channel(9, 3, 1) == 128, "the first row is drawn");
        }
        byte[] plain = picture(server.draw(PATH, "prompt", "a", "seed", 9), 0);
        assertArrayEquals(ImageDecoder.decode("plain", plain).rgb(), whole.rgb());
        assertEquals(16, events.get(3).at("/usage/output_tokens").asInt());
    }

    static PixelImage decode(JsonNode event) {
        return ImageDecoder.decode(
                "event", Base64.getDecoder().decode(event.path("b64_json").asText()));
    }

    /** The data of all events of a stream. */
    static List<JsonNode> events(String stream) {
        List<JsonNode> events = new ArrayList<>();
        stream.lines().filter(line -> line.startsWith("data: ")).forEach(line -> {
            try {
                events.add(RunningServer.JSON.readTree(line.substring(6)));
            } catch (java.io.IOException broken) {
                throw new AssertionError(line, broken);
            }
        });
        return events;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt\": \"a\", \"stepz\": 3} | stepz",
                "{} | prompt",
                "{\"prompt\": \"\"} | prompt",
                "{\"prompt\": 3} | prompt",
                "{\"prompt\": \"a\", \"steps\": 0} | steps",
                "{\"prompt\": \"a\", \"steps\": \"many\"} | steps",
                "{\"prompt\": \"a\", \"num_inference_steps\": 5000} | num_inference_steps",
                "{\"prompt\": \"a\", \"steps\": 3, \"num_inference_steps\": 3} | num_inference_steps",
                "{\"prompt\": \"a\", \"n\": 11} | n",
                "{\"prompt\": \"a\", \"n\": 0} | n",
                "{\"prompt\": \"a\", \"size\": \"63x64\"} | size",
                "{\"prompt\": \"a\", \"cfg\": 1, \"negative_prompt\": \"b\"} | negative_prompt",
                "{\"prompt\": \"a\", \"sampler\": \"s9\"} | sampler",
                "{\"prompt\": \"a\", \"sampler\": \"s1\", \"noise_level\": 0.5} | noise_level",
                "{\"prompt\": \"a\", \"solver\": \"heun\", \"sampler\": \"s1\"} | solver",
                "{\"prompt\": \"a\", \"shift\": 0} | shift",
                "{\"prompt\": \"a\", \"timesteps_shift\": 101, \"steps\": 3} | timesteps_shift",
                "{\"prompt\": \"a\", \"quality\": \"low\", \"steps\": 3} | quality",
                "{\"prompt\": \"a\", \"background\": \"transparent\"} | background",
                "{\"prompt\": \"a\", \"output_format\": \"gif\"} | output_format",
                "{\"prompt\": \"a\", \"output_compression\": 50} | output_compression",
                "{\"prompt\": \"a\", \"partial_images\": 2} | partial_images",
                "{\"prompt\": \"a\", \"stream\": \"yes\"} | stream",
                "{\"prompt\": \"a\", \"style\": \"vivid\"} | style",
                "{\"prompt\": \"a\", \"cfg_image\": 2} | cfg_image",
                "{\"prompt\": \"a\", \"previews\": true} | previews",
                "{\"prompt\": \"a\", \"continue_rows\": 1} | continue_rows",
                "{\"prompt\": \"a\", \"seed\": 1.5} | seed"
            })
    void a_field_that_cannot_be_used_is_refused_by_name(String body, String param) throws Exception {
        RunningServer.Answer answer = server.post(PATH, RunningServer.JSON.readTree(body));
        assertEquals(400, answer.status(), answer.body());
        JsonNode error = answer.json().path("error");
        assertEquals(param, error.path("param").asText(), answer.body());
        assertEquals("invalid_request_error", error.path("type").asText());
        assertTrue(error.path("message").asText().lines().count() == 1, answer.body());
        assertFalse(error.path("code").asText().isEmpty());
    }

    @Test
    void another_model_is_not_found() {
        RunningServer.Answer answer = server.draw(PATH, "prompt", "a", "model", "dall-e-3");
        assertEquals(404, answer.status());
        assertEquals("model_not_found", answer.json().at("/error/code").asText());
    }

    @Test
    void what_has_no_effect_is_warned_about() {
        JsonNode json = server.draw(PATH, "prompt", "a", "moderation", "low").json();
        assertTrue(json.at("/warnings/0").asText().contains("moderation"), json.toString());
    }
}
