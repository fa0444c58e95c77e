package stipple.train.reward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.data.pixels.PixelReader;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;
import stipple.train.recipe.RewardRecipe;

class RewardsTest {
    private static Judged flat(int r, int g, int b) {
        byte[] rgb = new byte[4 * 4 * 3];
        for (int i = 0; i < 16; i++) {
            rgb[3 * i] = (byte) r;
            rgb[3 * i + 1] = (byte) g;
            rgb[3 * i + 2] = (byte) b;
        }
        return new Judged("a square", new PixelImage(4, 4, rgb));
    }

    private static RewardRecipe pixels(String name, Double weight, Map<String, String> options) {
        return new RewardRecipe("pixels", name, weight, options);
    }

    @Test
    void pixel_rules_give_the_values_of_known_pictures() {
        Judged half = flat(255, 0, 0);
        Arrays.fill(half.picture().rgb(), 0, 24, (byte) 0);
        List<RewardRecipe> recipes = List.of(
                pixels("red", 2.0, Map.of("rule", "colour", "rgb", "ff0000")),
                pixels("bright", 0.0, Map.of("rule", "brightness")),
                pixels("colourful", -1.0, Map.of("rule", "colourfulness")));
        try (WeightedRewards rewards = new WeightedRewards(recipes)) {
            WeightedRewards.Scores scores = rewards.of(List.of(half, flat(255, 255, 255)));
            assertArrayEquals(new double[] {0.5, 0}, scores.byName().get("red"), 1e-9);
            assertArrayEquals(new double[] {1.0 / 6, 1}, scores.byName().get("bright"), 1e-9);
            assertArrayEquals(new double[] {0.5, 0}, scores.byName().get("colourful"), 1e-9);
            assertArrayEquals(new double[] {2 * 0.5 - 0.5, 0}, scores.total(), 1e-9, "weight 0 is watched only");
        }
    }

    @Test
    void a_flat_picture_of_the_colour_games_the_colour_rule() {
        List<RewardRecipe> one = List.of(pixels("red", 1.0, Map.of("rule", "colour", "rgb", "e0302c")));
        try (WeightedRewards rewards = new WeightedRewards(one)) {
            assertEquals(1, rewards.of(List.of(flat(0xe0, 0x30, 0x2c))).total()[0], "whatever the prompt says");
        }
    }

    @Test
    void mistakes_in_options_are_refused_by_their_names() {
        assertRefused("no option 'colour'", pixels("a", 1.0, Map.of("rule", "brightness", "colour", "red")));
        assertRefused("no rule 'beauty'", pixels("a", 1.0, Map.of("rule", "beauty")));
        assertRefused("needs the option 'rgb'", pixels("a", 1.0, Map.of("rule", "colour")));
        assertRefused("from 0.0 to 1.0, got '7'", pixels("a", 1.0, Map.of("rule", "brightness", "target", "7")));
        RewardRecipe unknown = new RewardRecipe("taste", null, null, null);
        assertRefused("no reward of the kind 'taste'; there are ", unknown);
        assertRefused("http, ", unknown);
        assertRefused(" pixels", unknown);
        assertRefused("http or https address", new RewardRecipe("http", null, null, Map.of("url", "ftp://x")));
    }

    private static void assertRefused(String part, RewardRecipe recipe) {
        UserException refused = assertThrows(UserException.class, () -> new WeightedRewards(List.of(recipe)).close());
        assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }

    @Test
    void a_server_gets_prompts_and_pictures_and_is_asked_again_while_it_is_busy() throws IOException {
        List<String> bodies = new ArrayList<>();
        String[] answer = {"{\"scores\": [0.25, 0.75]}"};
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] bytes = answer[0].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(bodies.size() == 1 ? 503 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/score";
        List<RewardRecipe> recipe = List.of(new RewardRecipe("http", "judge", 1.0, Map.of("url", url, "timeout", "5")));
        try (WeightedRewards rewards = new WeightedRewards(recipe)) {
            List<Judged> two = List.of(flat(1, 2, 3), flat(4, 5, 6));
            assertArrayEquals(new double[] {0.25, 0.75}, rewards.of(two).total());
            assertEquals(2, bodies.size(), "once more after the 503");
            JsonNode second =
                    new ObjectMapper().readTree(bodies.get(1)).path("pictures").path(1);
            assertEquals("a square", second.path("prompt").asText());
            byte[] png = Base64.getDecoder().decode(second.path("png").asText());
            assertArrayEquals(
                    two.get(1).picture().rgb(), PixelReader.read(png, "sent").rgb());
            answer[0] = "{\"scores\": [0.25]}";
            UserException few = assertThrows(UserException.class, () -> rewards.of(two));
            assertTrue(few.getMessage().contains("gave 1 scores for 2 pictures"), few.getMessage());
        } finally {
            server.stop(0);
        }
        UserException gone = assertThrows(UserException.class, () -> {
            try (WeightedRewards rewards = new WeightedRewards(
                    List.of(new RewardRecipe("http", null, 1.0, Map.of("url", url, "tries", "1"))))) {
                rewards.of(List.of(flat(1, 2, 3)));
            }
        });
        assertTrue(gone.getMessage().contains("does not answer"), gone.getMessage());
    }
}
