package stipple.model.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.UserException;

/** Against a real server that behaves as hubs do on bad days. */
class ModelPullTest {
    private static final RepositoryId ID = RepositoryId.parse("who/what");
    private static final String WEIGHTS = "model.safetensors";
    private static final HubOptions.Retry QUICK =
            new HubOptions.Retry(4, Duration.ofMillis(2), Duration.ofSeconds(2), Duration.ofSeconds(2));

    @TempDir
    Path temp;

    private final byte[] weights = new byte[700_001];
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private FakeHub hub;
    private ModelStore store;

    private final PullListener listener = new PullListener() {
        @Override
        public void pausing(String what, String why, Duration pause) {
            pauses.add(pause);
        }
    };

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(weights);
        hub = new FakeHub();
        hub.put("config.json", "{}".getBytes(UTF_8));
        hub.put(WEIGHTS, weights);
        hub.put("vae/checkpoint.pt", new byte[] {1, 2, 3});
        store = new ModelStore(temp.resolve("models"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private HubOptions options() {
        return HubOptions.at(hub.address()).withRetry(QUICK);
    }

    private ModelPull.Pulled pull() {
        return pull(options(), folder -> {});
    }

    private ModelPull.Pulled pull(HubOptions options, Consumer<Path> check) {
        return new ModelPull(store, options, check, listener).pull(ID);
    }

    private String refused(HubOptions options) {
        String message = assertThrows(UserException.class, () -> pull(options, folder -> {}))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(store.find(ID).isEmpty(), "a model that was not pulled whole has a folder");
        return message;
    }

    private static void contains(String part, String text) {
        assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
    }

    private void assertWhole() throws IOException {
        Path folder = store.find(ID).orElseThrow();
        assertArrayEquals(weights, Files.readAllBytes(folder.resolve(WEIGHTS)));
        assertEquals(List.of(), store.damaged(folder));
        assertFalse(Files.exists(Staging.beside(folder)), "the staging folder was left behind");
    }

    private long fetches(String path) {
        return hub.requests().stream()
                .filter(request -> request.contains("/" + path))
                .count();
    }

    @Test
    void a_model_arrives_with_what_it_needs_and_nothing_else() throws IOException {
        hub.put("README.md", "card".getBytes(UTF_8));
        hub.put("modeling.py", "print()".getBytes(UTF_8));
        hub.put("pytorch_model.bin", new byte[9]);
        hub.put("images/demo.png", new byte[9]);
        ModelPull.Pulled pulled = pull();
        assertEquals(ModelPull.Outcome.PULLED, pulled.outcome());
        assertWhole();
        try (Stream<Path> files = Files.walk(pulled.folder())) {
            assertEquals(
                    List.of("README.md", "config.json", WEIGHTS, "pulled.json", "vae/checkpoint.pt"),
                    files.filter(Files::isRegularFile)
                            .map(file -> pulled.folder().relativize(file).toString())
                            .sorted()
                            .toList());
        }
        assertEquals(List.of(pulled.folder()), store.all());
        assertEquals("who/what", store.name(pulled.folder()));
        assertEquals(FakeHub.COMMIT, store.origin(pulled.folder()).orElseThrow().commit());
    }

    @Test
    void a_broken_connection_goes_on_where_it_broke() throws IOException {
        hub.fail(WEIGHTS, FakeHub.breakAfter(300_000));
        hub.fail(WEIGHTS, FakeHub.breakAfter(200_000));
        pull();
        assertWhole();
        List<String> ranges = hub.requests().stream()
                .filter(request -> request.contains("bytes="))
                .toList();
        assertEquals(2, ranges.size(), ranges.toString());
        assertTrue(ranges.stream().allMatch(range -> Long.parseLong(range.replaceAll(".*bytes=|-$", "")) > 0));
    }

    @Test
    void a_pull_that_gave_up_is_continued_by_the_next() throws IOException {
        hub.fail(WEIGHTS, FakeHub.breakAfter(400_000));
        for (int i = 0; i < QUICK.attempts(); i++) {
            hub.fail(WEIGHTS, FakeHub.status(503));
        }
        contains("pull again", refused(options()));
        long before = hub.requests().size();
        pull();
        assertWhole();
        List<String> later = hub.requests().stream().skip(before).toList();
        assertTrue(later.stream().anyMatch(request -> request.contains(WEIGHTS + " bytes=")), later.toString());
        assertTrue(later.stream().noneMatch(request -> request.endsWith("config.json")), later.toString());
    }

    @Test
    void a_server_without_ranges_starts_the_file_again() throws IOException {
        hub.fail(WEIGHTS, FakeHub.breakAfter(300_000));
        hub.fail(WEIGHTS, FakeHub.instead(weights));
        pull();
        assertWhole();
    }

    @Test
    void wrong_content_is_fetched_once_more_and_then_refused() throws IOException {
        byte[] flipped = weights.clone();
        flipped[1234] ^= 1;
        hub.fail(WEIGHTS, FakeHub.instead(flipped));
        pull();
        assertWhole();
        store.remove(ID, listener);
        hub.fail(WEIGHTS, FakeHub.instead(flipped));
        hub.fail(WEIGHTS, FakeHub.instead(flipped));
        contains("does not hash to", refused(options()));
    }

    @Test
    void lies_about_lengths_and_ranges_do_not_spoil_a_file() throws IOException {
        hub.fail(WEIGHTS, FakeHub.instead(new byte[5]));
        hub.fail(WEIGHTS, FakeHub.instead(new byte[weights.length + 1]));
        hub.fail(WEIGHTS, FakeHub.breakAfter(100_000));
        hub.fail(WEIGHTS, (exchange, content) -> {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes 7-" + (content.length - 1) + "/" + content.length);
            exchange.sendResponseHeaders(206, content.length - 7);
            exchange.getResponseBody().write(content, 7, content.length - 7);
        });
        pull();
        assertWhole();
        store.remove(ID, listener);
        // Without a length the excess shows only while it arrives.
        hub.fail(WEIGHTS, (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[content.length + 10]);
        });
        pull();
        assertWhole();
    }

    @Test
    void a_hub_that_limits_requests_is_left_alone_for_as_long_as_it_asks() throws IOException {
        hub.fail(WEIGHTS, FakeHub.status(429, "Retry-After", "1"));
        hub.fail("", FakeHub.status(429, "Retry-After", "1"));
        pull();
        assertWhole();
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(1)), pauses);
        store.remove(ID, listener);
        hub.fail(WEIGHTS, FakeHub.status(429, "Retry-After", "3600"));
        contains("come back in 3600 s", refused(options()));
    }

    @Test
    void a_silent_connection_counts_as_broken() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        hub.fail(WEIGHTS, (exchange, content) -> {
            FakeHub.breakAfter(1000).answer(exchange, content);
            try {
                over.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            pull(
                    options()
                            .withRetry(new HubOptions.Retry(
                                    9, Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofMillis(800))),
                    folder -> {});
        } finally {
            over.countDown();
        }
        assertWhole();
    }

    @Test
    void refusals_say_what_would_help() {
        hub.fail("", FakeHub.status(401));
        contains("set HF_TOKEN", refused(options()));
        hub.fail("", FakeHub.status(401));
        contains("does not accept the token", refused(options().withToken(Optional.of("secret"))));
        hub.fail("", FakeHub.status(403, "X-Error-Code", "GatedRepo"));
        contains("ask for it at " + hub.address() + "/who/what", refused(options()));
        hub.fail("", FakeHub.status(404, "X-Error-Code", "RevisionNotFound"));
        contains("no revision 'main'", refused(options()));
        hub.fail("", FakeHub.status(404));
        contains("There is no who/what", refused(options()));
        hub.fail("", FakeHub.instead("<html>".getBytes(UTF_8)));
        contains("not valid JSON", refused(options()));
        contains("offline", refused(options().withOffline(true)));
        hub.close();
        contains("tried 4 times", refused(options()));
    }

    @Test
    void a_file_that_would_land_outside_is_refused() {
        hub.put("../evil.json", new byte[3]);
        contains("outside", refused(options()));
    }

    @Test
    void the_token_goes_to_the_hub_and_not_to_the_storage_behind_it() throws IOException {
        try (FakeHub storage = new FakeHub()) {
            storage.put(WEIGHTS, weights);
            hub.fail(
                    WEIGHTS,
                    FakeHub.status(
                            302, "Location", storage.address() + "/a/b/resolve/" + FakeHub.COMMIT + "/" + WEIGHTS));
            pull(options().withToken(Optional.of("secret")), folder -> {});
            assertEquals(1, storage.requests().size());
            assertEquals(List.of(), storage.tokens());
        }
        assertTrue(hub.tokens().contains("Bearer secret"));
        assertWhole();
    }

    @Test
    void a_tag_that_names_another_file_is_believed_before_anything_is_fetched() {
        hub.fail(WEIGHTS, FakeHub.status(200, "X-Linked-Etag", "\"" + "f".repeat(64) + "\""));
        contains("use another mirror", refused(options()));
    }

    @Test
    void what_is_no_model_is_refused_before_its_weights_are_fetched() {
        UserException refusal = assertThrows(
                UserException.class,
                () -> pull(options(), folder -> {
                    assertTrue(Files.exists(folder.resolve("config.json")));
                    throw new UserException("no model of ours");
                }));
        assertEquals("no model of ours", refusal.getMessage());
        assertEquals(0, fetches(WEIGHTS));
        assertFalse(Files.exists(Staging.beside(store.folder(ID))));
    }

    @Test
    void a_new_commit_fetches_only_what_changed_and_the_same_commit_nothing() throws IOException {
        pull();
        assertEquals(ModelPull.Outcome.CURRENT, pull().outcome());
        hub.commit = "d".repeat(40);
        hub.put("config.json", "{\"a\": 1}".getBytes(UTF_8));
        hub.remove("vae/checkpoint.pt");
        ModelPull.Pulled pulled = pull();
        assertEquals(ModelPull.Outcome.UPDATED, pulled.outcome());
        assertEquals(1, fetches(WEIGHTS));
        assertFalse(Files.exists(pulled.folder().resolve("vae/checkpoint.pt")));
        assertWhole();
        assertEquals(
                ModelPull.Outcome.UNASKED,
                pull(options().withOffline(true), folder -> {}).outcome());
    }

    @Test
    void damage_is_found_and_a_file_of_another_length_is_fetched_again() throws IOException {
        Path folder = pull().folder();
        byte[] flipped = weights.clone();
        flipped[5] ^= 1;
        Files.delete(folder.resolve(WEIGHTS));
        Files.write(folder.resolve(WEIGHTS), flipped);
        assertEquals(List.of(WEIGHTS), store.damaged(folder));
        Files.write(folder.resolve(WEIGHTS), new byte[3]);
        pull();
        assertWhole();
    }

    @Test
    void two_pulls_at_once_fetch_the_model_once() throws IOException {
        CountDownLatch waiting = new CountDownLatch(1);
        hub.fail(WEIGHTS, (exchange, content) -> {
            try {
                waiting.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            FakeHub.breakAfter(content.length).answer(exchange, content);
        });
        PullListener second = new PullListener() {
            @Override
            public void waiting(Path lock) {
                waiting.countDown();
            }
        };
        List<CompletableFuture<ModelPull.Outcome>> both = Stream.of(second, second)
                .map(hears -> CompletableFuture.supplyAsync(() ->
                        new ModelPull(store, options(), f -> {}, hears).pull(ID).outcome()))
                .toList();
        List<ModelPull.Outcome> outcomes =
                both.stream().map(CompletableFuture::join).sorted().toList();
        assertEquals(List.of(ModelPull.Outcome.PULLED, ModelPull.Outcome.CURRENT), outcomes);
        assertEquals(1, fetches(WEIGHTS));
        assertWhole();
    }

    @Test
    void a_folder_of_ones_own_is_neither_replaced_nor_removed() throws IOException {
        Path own = Files.createDirectories(store.folder(ID));
        Files.writeString(own.resolve("config.json"), "mine");
        contains("was not pulled", assertThrows(UserException.class, this::pull).getMessage());
        contains(
                "was not pulled",
                assertThrows(UserException.class, () -> store.remove(ID, listener))
                        .getMessage());
        assertEquals("mine", Files.readString(own.resolve("config.json")));
    }

    @Test
    void names_and_revisions_are_read_strictly() {
        RepositoryId id = RepositoryId.parse("who/what@refs/pr/1");
        assertEquals("refs/pr/1", id.revision());
        assertEquals("who/what@refs/pr/1", store.name(store.folder(id)));
        for (String wrong : List.of("what", "a/b/c", "../b", "a/..", "a/b@", "a/b@../c", "a b/c", "/a/b")) {
            assertTrue(RepositoryId.tryParse(wrong).isEmpty(), wrong);
        }
    }
}
