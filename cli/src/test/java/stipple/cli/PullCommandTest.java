package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.files.JsonObjectFile;
import stipple.testing.TinyModel;

/** From a hub to a picture, and back to an empty folder. */
class PullCommandTest {
    @TempDir
    static Path offered;

    @TempDir
    Path home;

    @BeforeAll
    static void writeModel() {
        TinyModel.write(offered, 1);
    }

    private Cli run(Map<String, String> environment, Object... args) {
        return Cli.run(new Host(environment, home, false), args);
    }

    private static JsonObjectFile json(Cli run) {
        return JsonObjectFile.parse("the output", run.out().getBytes(UTF_8));
    }

    @Test
    void a_model_is_pulled_listed_shown_drawn_with_and_removed() throws IOException {
        Path weights = home.resolve("models/who/tiny/model.safetensors");
        try (FolderHub hub = new FolderHub(offered, null)) {
            Cli pulled =
                    run(Map.of(), "pull", "who/tiny", "--mirror", hub.address()).succeeded();
            assertTrue(pulled.out().startsWith("pulled who/tiny at a1b2c3d4"), pulled.out());
            Cli again = run(Map.of("HF_ENDPOINT", hub.address()), "pull", "who/tiny", "--json")
                    .succeeded();
            assertEquals("current", json(again).text("outcome", ""));
        }
        assertArrayEquals(Files.readAllBytes(offered.resolve("model.safetensors")), Files.readAllBytes(weights));
        JsonObjectFile listed = json(run(Map.of(), "list", "--json").succeeded());
        assertEquals("who/tiny", listed.text("name", ""));
        JsonObjectFile shown =
                json(run(Map.of(), "show", "who/tiny", "--check", "--json").succeeded());
        assertEquals(FolderHub.COMMIT, shown.object("pulled").orElseThrow().text("commit", ""));
        assertTrue(shown.flag("intact"));
        run(Map.of(), "generate", "a pear", "--model", "who/tiny", "-o", home.resolve("pear.png"))
                .succeeded();
        assertTrue(Files.size(home.resolve("pear.png")) > 0);
        Files.write(weights, new byte[10]);
        run(Map.of(), "show", "who/tiny", "--check").refused("is damaged (model.safetensors)");
        assertTrue(run(Map.of(), "rm", "who/tiny").succeeded().out().startsWith("removed who/tiny"));
        assertFalse(Files.exists(weights.getParent()));
        run(Map.of(), "rm", "who/tiny").refused("no pulled model who/tiny");
    }

    @Test
    void a_model_that_is_not_there_comes_with_the_command_that_fetches_it() {
        run(Map.of(), "generate", "a", "--model", "who/tiny").refused("stipple pull who/tiny", "found: none");
        run(Map.of(), "generate", "a", "--model", "who/tiny@v2").refused("stipple pull who/tiny@v2");
        run(Map.of(), "pull", "tiny").refused("owner/name");
        run(Map.of(), "pull", "who/tiny", "--offline").refused("offline");
        run(Map.of("HF_HUB_OFFLINE", "1"), "pull", "who/tiny").refused("offline");
        run(Map.of(), "pull", "who/tiny", "--mirror", "ftp://x").refused("no address of a hub");
        run(Map.of(), "pull", "who/tiny", "--connections", "99").refused("1 to 16");
    }

    @Test
    void a_token_comes_from_the_environment() throws IOException {
        try (FolderHub hub = new FolderHub(offered, "secret")) {
            run(Map.of(), "pull", "who/tiny", "--mirror", hub.address()).refused("set HF_TOKEN");
            run(Map.of("HF_TOKEN", "wrong"), "pull", "who/tiny", "--mirror", hub.address())
                    .refused("does not accept the token");
            run(Map.of("HF_TOKEN", "secret"), "pull", "who/tiny", "--mirror", hub.address())
                    .succeeded();
        }
    }

    @Test
    void what_is_no_checkpoint_is_pulled_only_when_asked_for(@TempDir Path other) throws IOException {
        Files.writeString(other.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.write(other.resolve("model.safetensors"), new byte[10]);
        try (FolderHub hub = new FolderHub(other, null)) {
            Cli refusal = run(Map.of(), "pull", "who/tiny", "--mirror", hub.address());
            assertEquals(Main.USER_ERROR, refusal.code());
            assertTrue(
                    refusal.err().contains("no NextStep checkpoint")
                            && refusal.err().contains("--any"),
                    refusal.err());
            run(Map.of(), "pull", "who/tiny", "--any", "--mirror", hub.address())
                    .succeeded();
        }
    }
}
