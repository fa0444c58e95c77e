package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.ImageDecoder;

/** OpenAI's own Java client, unmodified. */
class OpenAiJavaClientTest {
    @TempDir
    static Path data;

    private static RunningServer server;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        client = OpenAIOkHttpClient.builder()
                .baseUrl(server.base() + "/v1")
                .apiKey("unused")
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static ImageGenerateParams.Builder apple() {
        return ImageGenerateParams.builder()
                .model("tiny")
                .prompt("a red apple")
                .putAdditionalBodyProperty("seed", JsonValue.from(7));
    }

    private static byte[] rgb(String base64) {
        return ImageDecoder.decode("answer", Base64.getDecoder().decode(base64)).rgb();
    }

    @Test
    void it_draws() {
        ImagesResponse response = client.images().generate(apple().n(2).build());
        assertEquals(2, response.data().orElseThrow().size());
        assertEquals("png", response.outputFormat().orElseThrow().asString());
        assertEquals("64x64", response.size().orElseThrow().asString());
        assertEquals(32, response.usage().orElseThrow().outputTokens());
        assertEquals(
                64 * 64 * 3,
                rgb(response.data().orElseThrow().getFirst().b64Json().orElseThrow()).length);
    }

    @Test
    void it_streams_partial_images() {
        String whole = client.images()
                .generate(apple().build())
                .data()
                .orElseThrow()
                .getFirst()
                .b64Json()
                .orElseThrow();
        try (StreamResponse<ImageGenStreamEvent> stream =
                client.images().generateStreaming(apple().partialImages(2).build())) {
            List<ImageGenStreamEvent> events = stream.stream().toList();
            assertEquals(3, events.size());
            assertEquals(0, events.get(0).asGenerationPartialImage().partialImageIndex());
            assertEquals(1, events.get(1).asGenerationPartialImage().partialImageIndex());
            assertArrayEquals(
                    rgb(whole), rgb(events.get(2).asGenerationCompleted().b64Json()));
            assertEquals(16, events.get(2).asGenerationCompleted().usage().outputTokens());
        }
    }

    @Test
    void it_edits() throws IOException {
        Path input = Files.write(data.resolve("in.png"), TestPictures.png(64, 64));
        ImagesResponse response = client.images()
                .edit(ImageEditParams.builder()
                        .image(input)
                        .prompt("make it blue")
                        .n(1)
                        .build());
        assertEquals(1, response.data().orElseThrow().size());
        assertEquals(16, response.usage().orElseThrow().inputTokensDetails().imageTokens());
    }

    @Test
    void it_understands_our_errors_and_our_list_of_models() {
        BadRequestException refusal = assertThrows(
                BadRequestException.class,
                () -> client.images()
                        .generate(apple().putAdditionalBodyProperty("stepz", JsonValue.from(3))
                                .build()));
        assertEquals("stepz", refusal.param().orElseThrow());
        assertTrue(refusal.getMessage().contains("Unknown parameter"), refusal.getMessage());
        assertThrows(
                NotFoundException.class,
                () -> client.images().generate(apple().model("dall-e-2").build()));
        assertEquals("tiny", client.models().list().data().getFirst().id());
        assertEquals("stipple", client.models().retrieve("tiny").ownedBy());
    }
}
