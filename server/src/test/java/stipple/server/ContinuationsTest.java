package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.generate.StoredSettings;
import stipple.server.picture.PictureFormat;

/** Pictures whose first rows are another's: {@code continue_from} and {@code rows}. */
class ContinuationsTest {
    private static final String DRAW = "/v1/images/generations";
    private static final String EDIT = "/v1/images/edits";
    private static final byte[] START = TestPictures.png(64, 64);

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

    private static ObjectNode request(Object... more) {
        ObjectNode plain = RunningServer.fields("prompt", "a red apple", "seed", 3, "metadata", false);
        return plain.setAll(RunningServer.fields(more));
    }

    private static byte[] drawn(Object... more) {
        return GenerationsTest.picture(server.post(DRAW, request(more)), 0);
    }

    private static String coded(byte[] file) {
        return Base64.getEncoder().encodeToString(file);
    }

    @Test
    void the_rest_is_drawn_below_the_rows_that_are_kept() {
        byte[] plain = drawn();
        byte[] one = drawn("continue_from", coded(START), "rows", 1);
        byte[] three = drawn("continue_from", coded(START), "rows", 3);
        assertFalse(Arrays.equals(plain, one));
        assertFalse(Arrays.equals(one, three));
        byte[] other = TestPictures.file(64, 64, 250, PictureFormat.PNG);
        assertFalse(Arrays.equals(one, drawn("continue_from", coded(other), "rows", 1)));
    }

    @Test
    void the_picture_may_come_as_a_form_as_base64_or_as_a_data_url() {
        byte[] one = drawn("continue_from", coded(START), "rows", 2);
        assertArrayEquals(one, drawn("continue_from", "data:image/png;base64," + coded(START), "continue_rows", 2));
        Form form = new Form()
                .value("prompt", "a red apple")
                .value("seed", 3)
                .value("metadata", false)
                .value("rows", 2)
                .file("continue_from", "start.png", START);
        assertArrayEquals(one, GenerationsTest.picture(server.send(form.to(server.request(DRAW))), 0));
    }

    @Test
    void what_is_kept_counts_as_read_and_only_the_rest_as_drawn() {
        JsonNode json = server.post(DRAW, request("continue_from", coded(START), "rows", 3, "n", 2))
                .json();
        assertEquals(12, json.at("/usage/input_tokens_details/image_tokens").asInt(), json.toString());
        assertEquals(8, json.at("/usage/output_tokens").asInt());
        assertEquals(3, json.at("/parameters/rows").asInt());
        assertFalse(server.post(DRAW, request()).json().path("parameters").has("rows"));
    }

    @Test
    void an_edit_can_be_continued_too() {
        ObjectNode edit = request("image", coded(TestPictures.file(64, 64, 9, PictureFormat.PNG)), "cfg_image", 2);
        byte[] whole = GenerationsTest.picture(server.post(EDIT, edit), 0);
        edit.setAll(RunningServer.fields("continue_from", coded(START), "rows", 2));
        RunningServer.Answer answer = server.post(EDIT, edit);
        assertFalse(Arrays.equals(whole, GenerationsTest.picture(answer, 0)));
        assertEquals(
                24, answer.json().at("/usage/input_tokens_details/image_tokens").asInt(), answer.body());
    }

    @Test
    void partial_images_show_the_rows_that_are_new() {
        String body = server.post(
                        DRAW, request("continue_from", coded(START), "rows", 2, "stream", true, "partial_images", 3))
                .body();
        List<String> types = GenerationsTest.events(body).stream()
                .map(event -> event.path("type").asText())
                .toList();
        assertEquals(List.of("image_generation.partial_image", "image_generation.completed"), types);
    }

    @Test
    void a_job_keeps_the_picture_it_continues_and_the_file_says_so() throws Exception {
        String id = server.post("/v1/jobs", request("continue_from", coded(START), "rows", 2, "metadata", true, "n", 2))
                .json()
                .path("id")
                .asText();
        JsonNode job = server.finished(id);
        assertEquals("completed", job.path("state").asText(), job.toString());
        assertEquals(16, job.at("/progress/total_tokens").asInt());
        assertEquals(16, job.at("/progress/tokens").asInt());
        assertArrayEquals(START, server.bytes(job.at("/start/url").asText()));
        assertEquals(404, server.get("/v1/jobs/" + id + "/input").status());
        Path file = Files.write(
                data.resolve("second.png"),
                server.bytes(job.at("/pictures/1/url").asText()));
        StoredSettings settings = StoredSettings.read(file);
        assertEquals(
                job.at("/start/sha256").asText(), settings.start().orElseThrow().sha256());
        assertEquals(2, settings.request().integer("continue_rows"));
        assertEquals(204, server.delete("/v1/jobs/" + id).status());
        assertEquals(410, server.get("/v1/jobs/" + id + "/start").status());
        try (var files = Files.walk(data)) {
            assertTrue(files.noneMatch(path -> path.toString().contains(id)), "files of a removed job");
        }
    }

    @Test
    void the_size_follows_the_shape_of_the_picture_unless_it_is_given() {
        byte[] wide = TestPictures.png(160, 80);
        String[] sides = server.post(DRAW, request("continue_from", coded(wide), "rows", 1))
                .json()
                .path("size")
                .asText()
                .split("x");
        assertTrue(Integer.parseInt(sides[0]) > Integer.parseInt(sides[1]));
        assertEquals(
                "64x64",
                server.post(DRAW, request("continue_from", coded(wide), "rows", 1, "size", "64x64"))
                        .json()
                        .path("size")
                        .asText());
    }

    @Test
    void rows_and_picture_belong_together_and_something_must_be_left_to_draw() {
        String picture = coded(START);
        refused("rows", "16 pixels high", "continue_from", picture);
        refused("rows", "continue_from", "rows", 2);
        refused("continue_rows", "continue_from", "continue_rows", 2);
        refused("rows", "keep 1 to 3", "continue_from", picture, "rows", 4, "size", "64x64");
        refused("rows", "from 1 to", "continue_from", picture, "rows", 0);
        refused("rows", "from 1 to", "continue_from", picture, "rows", 10_000);
        refused("rows", "whole number", "continue_from", picture, "rows", "two");
        refused("continue_from", "base64", "continue_from", "A", "rows", 2);
        refused("continue_from", "PNG", "continue_from", coded("no".getBytes(StandardCharsets.UTF_8)), "rows", 2);
        refused("continue_from", "string", "continue_from", 7, "rows", 2);
        refused("steps", "1000", "continue_from", picture, "rows", 2, "steps", 5000);
        refused("cfg_image", "cfg_image", "continue_from", picture, "rows", 2, "cfg_image", 2);
        Form twice = new Form()
                .value("prompt", "a")
                .value("rows", 2)
                .file("continue_from", "a.png", START)
                .file("continue_from", "b.png", START);
        assertEquals(
                "continue_from",
                server.send(twice.to(server.request(DRAW)))
                        .json()
                        .at("/error/param")
                        .asText());
    }

    private static void refused(String param, String part, Object... fields) {
        RunningServer.Answer answer = server.post(DRAW, request(fields));
        assertEquals(400, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText(), answer.body());
        assertTrue(answer.json().at("/error/message").asText().contains(part), answer.body());
    }
}
