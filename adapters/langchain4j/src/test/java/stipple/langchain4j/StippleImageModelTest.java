package stipple.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.output.Response;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    void it_draws_one_or_several() {
        Response<Image> one = images.generate("a red apple, flat style");
        assertEquals(128 * 128, pixels(one.content().base64Data()));
        assertEquals("image/png", one.content().mimeType());
        assertEquals("stipple-128", one.metadata().get("model"));
        Response<List<Image>> two = images.generate("a red apple, flat style", 2);
        assertEquals(2, two.content().size());
        assertEquals(List.of(7L, 8L), two.metadata().get("seeds"));
        assertTrue(two.metadata().get("parameters").toString().contains("\"steps\":2"));
    }

    @Test
    void what_cannot_be_done_is_refused() {
        StippleImageModel wrong = new StippleImageModel(client, request -> request.size(17, 17));
        assertEquals(
                "size",
                assertThrows(StippleException.class, () -> wrong.generate("a"))
                        .parameter()
                        .orElseThrow());
        Image address = Image.builder().url("http://example.com/a.png").build();
        assertThrows(IllegalArgumentException.class, () -> images.edit(address, "make it blue"));
    }
}
