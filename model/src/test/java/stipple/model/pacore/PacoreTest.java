package stipple.model.pacore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.pacore.ChatServer.Reply;
import stipple.torch.UserException;

class PacoreTest {
    private static final List<ChatMessage> QUESTION =
            List.of(new ChatMessage("system", "be brief"), ChatMessage.user("How many?"));

    private static ChatSettings settings(ChatServer server, int retries, Duration timeout) {
        return new ChatSettings(
                ChatSettings.address(server.base()),
                "thinker",
                "secret",
                Sampling.DEFAULT,
                true,
                retries,
                Duration.ofMillis(1),
                timeout);
    }

    private static ChatEndpoint endpoint(ChatServer server) {
        return new ChatEndpoint(settings(server, 5, Duration.ofSeconds(60)));
    }

    private static boolean isFirstRound(JsonNode request) {
        return ChatServer.question(request).equals("How many?");
    }

    /** Different answers by seed, whatever the order of the calls. */
    private static Reply bySeed(JsonNode request) {
        long seed = request.path("seed").asLong();
        return isFirstRound(request)
                ? Reply.of("<think>wrong ", "ways</think>", "It is " + "1".repeat((int) (seed % 5) + 1))
                : Reply.of("<think>compare</think>", "It is ", "4.");
    }

    @Test
    void published_efforts_make_5_17_and_37_calls() {
        assertEquals(5, Effort.of("low").calls());
        assertEquals(17, Effort.of("medium").calls());
        assertEquals(37, Effort.of("high").calls());
        assertEquals(List.of(8, 2, 1), Effort.of("8, 2").all());
        assertThrows(UserException.class, () -> Effort.of("enormous"));
        assertThrows(UserException.class, () -> Effort.of("4,0"));
    }

    @Test
    void a_conclusion_is_what_follows_the_last_end_of_thinking() {
        assertEquals("7", Compaction.conclusion("<think>5</think>6<think>no</think> 7\n"));
        assertEquals("a fish", Compaction.conclusion("plan<|end_of_thinking|>a fish"));
        assertEquals("no thinking at all", Compaction.conclusion(" no thinking at all "));
        assertEquals("", Compaction.conclusion("<think>too long</think>"));
    }

    @Test
    void later_rounds_see_conclusions_only_in_an_order_that_does_not_depend_on_time() throws IOException {
        List<String> asked = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            int order = run;
            try (ChatServer server = new ChatServer((call, request) -> {
                        long seed = request.path("seed").asLong();
                        Thread.sleep(isFirstRound(request) ? 20 * (order == 0 ? seed % 5 : 4 - seed % 5) : 0);
                        return bySeed(request);
                    });
                    ChatEndpoint endpoint = endpoint(server)) {
                PacoreResult result = new Pacore(endpoint, new Effort(List.of(5))).run(QUESTION, PacoreListener.NONE);
                assertEquals("It is 4.", result.answer());
                assertEquals(6, result.calls());
                assertEquals(18, result.tokens());
                assertEquals(5, result.conclusions().getFirst().size());
                JsonNode last = server.requests().getLast();
                assertEquals(
                        "be brief",
                        last.path("messages").path(0).path("content").asText());
                asked.add(ChatServer.question(last));
            }
        }
        String question = asked.getFirst();
        assertEquals(question, asked.getLast());
        assertTrue(question.contains("How many?") && question.contains("It is 111\n"), question);
        assertFalse(question.contains("think"), question);
    }

    @Test
    void busy_servers_and_broken_streams_are_asked_again_and_the_listener_hears_where_the_answer_begins_anew()
            throws IOException {
        StringBuilder heard = new StringBuilder();
        try (ChatServer server = new ChatServer((call, request) -> switch (call) {
                    case 1 -> Reply.of("first");
                    case 2 -> Reply.status(429);
                    case 3 -> Reply.status(503);
                    case 4 -> new Reply(200, List.of("half an"), true, false);
                    default -> Reply.of("It ", "is 4.");
                });
                ChatEndpoint endpoint = endpoint(server)) {
            PacoreResult result = new Pacore(endpoint, new Effort(List.of(1))).run(QUESTION, new PacoreListener() {
                @Override
                public void piece(String text) {
                    heard.append(text == null ? "|" : text);
                }
            });
            assertEquals("It is 4.", result.answer());
            assertEquals(5, server.calls());
        }
        assertEquals("half an|It is 4.", heard.toString());
    }

    @Test
    void an_answer_that_stalls_is_given_up_after_its_timeout() throws IOException {
        try (ChatServer server = new ChatServer((call, request) ->
                        call == 1 ? new Reply(200, List.of("It"), false, true) : Reply.of("It is 4."));
                ChatEndpoint endpoint = new ChatEndpoint(settings(server, 1, Duration.ofSeconds(3)))) {
            PacoreResult result = new Pacore(endpoint, new Effort(List.of(1))).run(QUESTION, PacoreListener.NONE);
            assertEquals("It is 4.", result.answer());
            assertEquals(3, server.calls());
        }
    }

    @Test
    void answers_that_cannot_be_had_are_left_out_and_a_round_without_any_is_refused() throws IOException {
        try (ChatServer server = new ChatServer((call, request) ->
                        isFirstRound(request) && request.path("seed").asLong() % 2 == 0
                                ? Reply.status(500)
                                : Reply.of("It is 4."));
                ChatEndpoint endpoint = endpoint(server)) {
            PacoreResult result = new Pacore(endpoint, new Effort(List.of(4))).run(QUESTION, PacoreListener.NONE);
            assertEquals(2, result.failed());
            assertEquals(2, result.conclusions().getFirst().size());
        }
        try (ChatServer server = new ChatServer((call, request) -> Reply.status(500));
                ChatEndpoint endpoint = endpoint(server)) {
            Pacore pacore = new Pacore(endpoint, Effort.LOW);
            UserException e = assertThrows(UserException.class, () -> pacore.run(QUESTION, PacoreListener.NONE));
            assertTrue(e.getMessage().contains("status 500, no such thing, 6 times"), e.getMessage());
            assertEquals(4 * 6, server.calls());
        }
    }

    @Test
    void a_refusal_ends_all_the_work_in_one_line() throws IOException {
        try (ChatServer server = new ChatServer((call, request) -> Reply.status(401));
                ChatEndpoint endpoint = endpoint(server)) {
            Pacore pacore = new Pacore(endpoint, Effort.MEDIUM).concurrency(1);
            UserException e = assertThrows(UserException.class, () -> pacore.run(QUESTION, PacoreListener.NONE));
            assertTrue(e.getMessage().contains("refuses the request: status 401, no such thing"), e.getMessage());
            assertFalse(e.getMessage().contains("\n"));
            assertTrue(server.calls() <= 2, "calls " + server.calls());
        }
    }

    @Test
    void no_more_answers_are_sampled_at_once_than_allowed() throws IOException {
        Semaphore three = new Semaphore(0);
        try (ChatServer server = new ChatServer((call, request) -> {
                    // The first three wait for each other, so that three are open however slow the machine is.
                    if (call == 3) {
                        three.release(3);
                    }
                    if (call <= 3) {
                        three.tryAcquire(10, TimeUnit.SECONDS);
                    }
                    Thread.sleep(20);
                    return bySeed(request);
                });
                ChatEndpoint endpoint = endpoint(server)) {
            new Pacore(endpoint, new Effort(List.of(12))).concurrency(3).run(QUESTION, PacoreListener.NONE);
            assertEquals(3, server.mostOpen());
        }
    }

    @Test
    void interrupted_work_goes_on_from_its_journal(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("answers.jsonl");
        PacoreResult whole;
        try (ChatServer server = new ChatServer((call, request) -> bySeed(request));
                ChatEndpoint endpoint = endpoint(server)) {
            whole = new Pacore(endpoint, Effort.LOW).run(QUESTION, PacoreListener.NONE);
        }
        try (ChatServer server = new ChatServer(
                        (call, request) -> isFirstRound(request) && call < 4 ? bySeed(request) : Reply.status(400));
                ChatEndpoint endpoint = endpoint(server)) {
            Pacore pacore = new Pacore(new Renamed(endpoint, "one"), Effort.LOW)
                    .concurrency(1)
                    .journal(file);
            assertThrows(UserException.class, () -> pacore.run(QUESTION, PacoreListener.NONE));
        }
        // The process died in the middle of a line.
        Files.writeString(file, "{\"round\":1,\"ind", StandardOpenOption.APPEND);
        try (ChatServer server = new ChatServer((call, request) -> bySeed(request));
                ChatEndpoint endpoint = endpoint(server)) {
            Pacore pacore = new Pacore(new Renamed(endpoint, "one"), Effort.LOW).journal(file);
            assertEquals(whole, pacore.run(QUESTION, PacoreListener.NONE));
            assertEquals(2, server.calls());
            assertEquals(whole, pacore.run(QUESTION, PacoreListener.NONE));
            assertEquals(2, server.calls());
            Pacore other = new Pacore(new Renamed(endpoint, "another"), Effort.LOW).journal(file);
            UserException e = assertThrows(UserException.class, () -> other.run(QUESTION, PacoreListener.NONE));
            assertTrue(e.getMessage().contains("belongs to another question or other settings"), e.getMessage());
        }
    }

    @Test
    void an_answer_that_failed_in_a_round_that_is_over_is_not_asked_for_again(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("answers.jsonl");
        try (ChatServer server = new ChatServer((call, request) ->
                        isFirstRound(request) && request.path("seed").asLong() % 4 == 0
                                ? Reply.status(500)
                                : bySeed(request));
                ChatEndpoint endpoint = endpoint(server)) {
            Pacore pacore = new Pacore(endpoint, Effort.LOW).journal(file);
            PacoreResult first = pacore.run(QUESTION, PacoreListener.NONE);
            assertEquals(1, first.failed());
            int calls = server.calls();
            assertEquals(first, pacore.run(QUESTION, PacoreListener.NONE));
            assertEquals(calls, server.calls());
        }
    }

    /** An endpoint under another name. */
    private record Renamed(Trajectories to, String identity) implements Trajectories {
        @Override
        public Trajectory sample(TrajectoryRequest request, Consumer<String> heard)
                throws FailedTrajectory, InterruptedException {
            return to.sample(request, heard);
        }
    }
}
