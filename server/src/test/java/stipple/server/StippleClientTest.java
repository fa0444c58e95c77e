package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.client.Drawn;
import stipple.client.Job;
import stipple.client.Picture;
import stipple.client.PictureRequest;
import stipple.client.StippleClient;
import stipple.client.StippleException;
import stipple.model.image.ImageDecoder;

/** Our own client. */
class StippleClientTest {
    private static final PictureRequest APPLE = PictureRequest.of("a red apple").seed(7);

    @TempDir
    static Path data;

    private static RunningServer server;
    private static StippleClient client;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        client = StippleClient.at(server.base() + "/v1/");
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static byte[] rgb(Picture picture) {
        return ImageDecoder.decode("answer", picture.content()).rgb();
    }

    @Test
    void it_draws_with_all_that_was_asked_for() {
        Drawn drawn = client.draw(APPLE.n(2).steps(3).cfg(2).negative("blue").with("sampler", "ode"));
        assertEquals(
                List.of(7L, 8L), drawn.pictures().stream().map(Picture::seed).toList());
        assertEquals("tiny", drawn.model());
        assertEquals("image/png", drawn.picture().mediaType());
        assertEquals(3, drawn.parameters().path("steps").asInt());
        assertEquals("ode", drawn.parameters().path("sampler").asText());
        assertEquals("blue", drawn.parameters().path("negative").asText());
        Picture again = client.draw(APPLE.steps(3).cfg(2).negative("blue").with("sampler", "ode"))
                .picture();
        assertArrayEquals(rgb(drawn.picture()), rgb(again));
        assertEquals("jpeg", client.draw(APPLE.format("jpeg")).picture().format());
    }

    @Test
    void it_shows_pictures_while_they_are_drawn() {
        List<StippleClient.Partial> partials = new ArrayList<>();
        Drawn drawn = client.draw(APPLE.n(2), 2, partials::add);
        assertEquals(4, partials.size());
        assertEquals(
                List.of(7L, 8L), drawn.pictures().stream().map(Picture::seed).toList());
        assertArrayEquals(rgb(client.draw(APPLE).picture()), rgb(drawn.picture()));
    }

    @Test
    void it_edits() {
        Drawn drawn = client.draw(PictureRequest.of("make it blue")
                .image(TestPictures.png(64, 64))
                .seed(1));
        assertTrue(drawn.parameters().has("cfg_image"));
        assertEquals(64 * 64 * 3, rgb(drawn.picture()).length);
    }

    @Test
    void it_continues_a_picture() {
        Drawn drawn = client.draw(APPLE.continueFrom(TestPictures.png(64, 64), 2));
        assertEquals(2, drawn.parameters().path("rows").asInt());
    }

    @Test
    void a_job_is_submitted_awaited_fetched_and_removed() {
        Job submitted = client.submit(APPLE.n(2).steps(40));
        assertFalse(submitted.id().isEmpty());
        List<Double> fractions = new ArrayList<>();
        Job done = client.await(submitted.id(), fractions::add);
        assertTrue(done.completed(), done.state());
        assertEquals(1.0, done.fraction());
        assertEquals(fractions.stream().sorted().toList(), fractions);
        List<Picture> pictures = client.pictures(done);
        assertEquals(2, pictures.size());
        assertArrayEquals(rgb(client.draw(APPLE.steps(40)).picture()), rgb(pictures.getFirst()));
        client.delete(done.id());
        assertEquals(
                410,
                assertThrows(StippleException.class, () -> client.job(done.id()))
                        .status());
    }

    @Test
    void a_job_is_cancelled() {
        ServerOptions options = ServerOptions.in(data.resolve("slow"));
        try (RunningServer slow = RunningServer.start(options, RunningServer.served(512));
                StippleClient client = StippleClient.at(slow.base().toString())) {
            Job job = client.submit(APPLE.n(10).steps(1000));
            client.cancel(job.id());
            assertEquals("cancelled", client.await(job.id(), fraction -> {}).state());
        }
    }

    @Test
    void refusals_name_the_field() {
        StippleException refusal = assertThrows(StippleException.class, () -> client.draw(APPLE.with("stepz", 3)));
        assertEquals(400, refusal.status());
        assertEquals("stepz", refusal.parameter().orElseThrow());
        assertTrue(refusal.mistake());
        StippleException streamed =
                assertThrows(StippleException.class, () -> client.draw(APPLE.steps(-1), 2, partial -> {}));
        assertEquals("steps", streamed.parameter().orElseThrow());
    }

    @Test
    void it_knows_the_models_and_what_they_can_do() {
        assertEquals(List.of("tiny"), client.models());
        assertTrue(client.capabilities().toString().contains("64x64"));
    }

    @Test
    void a_server_that_is_not_there_is_told_by_its_address() {
        try (StippleClient nobody = StippleClient.at("http://127.0.0.1:1")) {
            StippleException failure = assertThrows(StippleException.class, () -> nobody.draw(APPLE));
            assertEquals(0, failure.status());
            assertTrue(failure.getMessage().contains("127.0.0.1:1"), failure.getMessage());
        }
    }
}
