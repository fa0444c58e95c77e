package stipple.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.image.ImageMessage;
import org.springframework.ai.image.ImageOptions;
import org.springframework.ai.image.ImageOptionsBuilder;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import stipple.client.StippleClient;
import stipple.client.StippleException;
import stipple.model.image.ImageDecoder;
import stipple.model.load.LoadOptions;
import stipple.server.ServerOptions;
import stipple.server.StippleServer;
import stipple.server.draw.ServedModel;
import stipple.server.log.EventLog;

/** Against a real server of the shipped model, by the fewest steps. */
class StippleImageModelTest {
    @TempDir
    static Path data;

    private static ServedModel model;
    private static StippleServer server;
    private static StippleClient client;
    private static StippleImageModel images;

    @BeforeAll
    static void start() {
        model = ServedModel.load(Path.of("../../models/stipple-128"), LoadOptions.DEFAULT, "stipple-128");
        EventLog log = new EventLog(new PrintWriter(Writer.nullWriter()), EventLog.Format.JSON);
        server = StippleServer.start(ServerOptions.in(data).withPort(0), model, log);
        client = StippleClient.at("http://127.0.0.1:" + server.port());
        images = new StippleImageModel(
                client, request -> request.seed(7).steps(2).cfg(1));
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
        model.close();
    }

    private static int pixels(String base64) {
        byte[] file = Base64.getDecoder().decode(base64);
        return ImageDecoder.decode("answer", file).rgb().length / 3;
    }

    @Test
    void it_draws_with_the_options_of_the_prompt() {
        ImageOptions options = ImageOptionsBuilder.builder()
                .N(2)
                .width(128)
                .height(128)
                .model("stipple-128")
                .build();
        ImageResponse response = images.call(new ImagePrompt("a red apple, flat style", options));
        assertEquals(2, response.getResults().size());
        assertEquals(128 * 128, pixels(response.getResult().getOutput().getB64Json()));
        assertEquals(
                List.of(7L, 8L),
                response.getResults().stream()
                        .map(result -> ((StippleImageModel.Metadata) result.getMetadata()).seed())
                        .toList());
        assertTrue(response.getMetadata().get("parameters").toString().contains("\"steps\":2"));
    }

    @Test
    void messages_of_negative_weight_are_kept_away_from() {
        StippleImageModel guided =
                new StippleImageModel(client, request -> request.steps(2).cfg(2));
        ImageResponse response =
                guided.call(new ImagePrompt(List.of(new ImageMessage("a red apple"), new ImageMessage("blue", -1f))));
        assertTrue(response.getMetadata().get("parameters").toString().contains("\"negative\":\"blue\""));
    }

    @Test
    void what_cannot_be_done_is_refused() {
        ImageOptions narrow = ImageOptionsBuilder.builder().width(128).build();
        assertThrows(IllegalArgumentException.class, () -> images.call(new ImagePrompt("a", narrow)));
        ImagePrompt half = new ImagePrompt(List.of(new ImageMessage("a", 0.5f)));
        assertThrows(IllegalArgumentException.class, () -> images.call(half));
        ImageOptions other = ImageOptionsBuilder.builder().model("dall-e-3").build();
        assertEquals(
                404,
                assertThrows(StippleException.class, () -> images.call(new ImagePrompt("a", other)))
                        .status());
    }
}
