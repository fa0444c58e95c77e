package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.ModelConfigWriter;
import stipple.model.config.Task;
import stipple.model.load.LoadOptions;
import stipple.server.draw.ServedModel;
import stipple.server.picture.PictureFormat;
import stipple.testing.TinyModel;
import stipple.torch.DType;

/** {@code /v1/images/edits}, as forms and as JSON. */
class EditsTest {
    private static final String PATH = "/v1/images/edits";

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

    private static Form form() {
        return new Form().value("prompt", "make it blue").value("seed", 4);
    }

    private static RunningServer.Answer send(Form form) {
        return server.send(form.to(server.request(PATH)));
    }

    private static byte[] edited(Form form) {
        return GenerationsTest.picture(send(form), 0);
    }

    @ParameterizedTest
    @EnumSource
    void a_picture_of_every_format_is_edited(PictureFormat format) {
        byte[] input = TestPictures.file(64, 64, 40, format);
        JsonNode json = send(form().file("image", "in." + format.id(), input)).json();
        assertEquals(16, json.at("/usage/input_tokens_details/image_tokens").asInt(), json.toString());
        assertEquals(4, json.at("/parameters/seed").asLong());
    }

    @Test
    void the_result_depends_on_the_picture_and_on_its_guidance() {
        byte[] one = TestPictures.file(64, 64, 40, PictureFormat.PNG);
        byte[] other = TestPictures.file(64, 64, 250, PictureFormat.PNG);
        byte[] result = edited(form().value("metadata", "false").file("image", "a.png", one));
        assertArrayEquals(result, edited(form().value("metadata", "false").file("image[]", "a.png", one)));
        assertFalse(
                Arrays.equals(result, edited(form().value("metadata", "false").file("image", "a.png", other))));
        assertFalse(Arrays.equals(
                result,
                edited(form().value("metadata", "false").value("cfg_image", 3).file("image", "a.png", one))));
    }

    @Test
    void the_size_follows_the_shape_of_the_picture_unless_it_is_given() {
        byte[] wide = TestPictures.png(160, 80);
        String own =
                send(form().file("image", "wide.png", wide)).json().path("size").asText();
        String[] sides = own.split("x");
        assertTrue(Integer.parseInt(sides[0]) > Integer.parseInt(sides[1]), own);
        JsonNode square = send(form().value("size", "64x64").file("image", "wide.png", wide))
                .json();
        assertEquals("64x64", square.path("size").asText());
    }

    @Test
    void a_picture_in_json_is_the_same_as_in_a_form() {
        byte[] input = TestPictures.png(64, 64);
        String coded = Base64.getEncoder().encodeToString(input);
        byte[] form = edited(form().value("metadata", "false").file("image", "image", input));
        for (String text : List.of(coded, "data:image/png;base64," + coded)) {
            RunningServer.Answer answer =
                    server.draw(PATH, "prompt", "make it blue", "seed", 4, "image", text, "metadata", false);
            assertArrayEquals(form, GenerationsTest.picture(answer, 0));
        }
    }

    @Test
    void an_edit_can_be_watched() {
        RunningServer.Answer answer = send(form().value("stream", "true")
                .value("partial_images", "1")
                .file("image", "in.png", TestPictures.png(64, 64)));
        List<String> types = GenerationsTest.events(answer.body()).stream()
                .map(event -> event.path("type").asText())
                .toList();
        assertEquals(List.of("image_edit.partial_image", "image_edit.completed"), types);
    }

    @Test
    void what_cannot_be_edited_is_refused_by_name() {
        byte[] png = TestPictures.png(64, 64);
        byte[] half = Arrays.copyOf(png, png.length / 2);
        refused(form(), "image");
        refused(form().file("image", "in.png", half), "image");
        refused(form().file("image", "in.txt", "hello".getBytes(StandardCharsets.UTF_8)), "image");
        refused(form().file("image", "a.png", png).file("image", "b.png", png), "image");
        refused(form().file("image", "a.png", png).file("mask", "m.png", png), "mask");
        refused(form().file("image", "a.png", png).value("input_fidelity", "high"), "input_fidelity");
        refused(form().file("image", "a.png", png).file("prompt", "p.txt", png), "prompt");
        refused(form().file("image", "a.png", png).file("extra", "p.txt", png), "extra");
        refused(form().file("image", "a.png", png).value("steps", "three"), "steps");
        refused(form().file("image", "a.png", png).value("seed", 5), "seed");
    }

    @Test
    void a_model_that_was_not_trained_to_edit_offers_no_edits_and_refuses_them() throws IOException {
        Path folder = TinyModel.write(Files.createDirectories(data.resolve("plain")), 1);
        ModelConfig config = ModelConfigReader.read(folder).withTasks(Set.of(Task.GENERATE));
        ModelConfigWriter.write(folder, config, DType.F32);
        try (ServedModel plain = ServedModel.load(folder, LoadOptions.of(DType.F32), "plain");
                RunningServer only = RunningServer.start(ServerOptions.in(data.resolve("only")), plain)) {
            JsonNode capabilities = only.get("/capabilities").json();
            assertEquals("[\"generation\"]", capabilities.path("modes").toString());
            assertFalse(capabilities.path("parameters").has("edit"));
            assertFalse(capabilities.at("/parameters/job").has("image"));
            assertEquals(
                    "[\"image_generation\"]",
                    only.get("/v1/models").json().at("/data/0/capabilities").toString());
            Form form = form().file("image", "a.png", TestPictures.png(64, 64));
            RunningServer.Answer refused = only.send(form.to(only.request(PATH)));
            assertEquals(400, refused.status(), refused.body());
            assertEquals("image", refused.json().at("/error/param").asText());
            assertTrue(refused.body().contains("plain was not trained to edit"), refused.body());
            assertEquals(
                    "image",
                    only.draw("/v1/jobs", "prompt", "a", "image", "abcd")
                            .json()
                            .at("/error/param")
                            .asText());
            assertEquals(200, only.draw("/v1/images/generations", "prompt", "a").status());
        }
        assertEquals(
                "[\"generation\",\"edit\"]",
                server.get("/capabilities").json().path("modes").toString(),
                "nobody says what that model was trained for");
    }

    private static void refused(Form form, String param) {
        RunningServer.Answer answer = send(form);
        assertEquals(400, answer.status(), answer.body());
        assertEquals(param, answer.json().at("/error/param").asText(), answer.body());
    }
}
