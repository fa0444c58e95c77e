package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReasonCommandTest {
    private final AtomicInteger calls = new AtomicInteger();
    private HttpServer server;

    @TempDir
    Path temp;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            calls.incrementAndGet();
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean known = "Bearer sesame".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String text = request.contains("Answers of others") ? "It is 25." : "Perhaps 24.";
            byte[] body = ("data: {\"choices\":[{\"delta\":{\"content\":\"<think>hm</think>" + text
                            + "\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, known ? 0 : -1);
            if (known) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Cli run(String key, Object... more) {
        Object[] args = new Object[more.length + 6];
        Object[] first = {
            "reason",
            "How many primes are below 100?",
            "--endpoint",
            "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
            "--chat-model",
            "thinker"
        };
        System.arraycopy(first, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        return Cli.run(new Host(Map.of("OPENAI_API_KEY", key), temp, false), args);
    }

    @Test
    void the_answer_is_on_the_output_and_progress_is_not() {
        Cli run = run("sesame").succeeded();
        assertEquals("It is 25.", run.out().strip());
        assertTrue(run.err().contains("round 1: 4/4") && run.err().contains("5 answers"), run.err());
        assertEquals(5, calls.get());
    }

    @Test
    void work_that_is_done_comes_from_the_journal() {
        Path journal = temp.resolve("run.jsonl");
        run("sesame", "--journal", journal, "--effort", "2").succeeded();
        Cli again =
                run("sesame", "--journal", journal, "--effort", "2", "--json").succeeded();
        assertEquals(3, calls.get());
        assertTrue(again.out().contains("\"event\":\"result\",\"answer\":\"It is 25.\""), again.out());
    }

    @Test
    void mistakes_are_told_in_one_line() {
        assertTrue(run("wrong").err().lines().anyMatch(line -> line.contains("refuses the request: status 401")));
        run("sesame", "--effort", "some").refused("low, medium, high");
        run("sesame", "--concurrency", 0).refused("from 1 to 1024");
        Cli.run("reason", "--endpoint", "http://127.0.0.1:1/v1", "--chat-model", "m")
                .refused("There is no question");
        Cli.run("reason", "x", "--endpoint", "nowhere", "--chat-model", "m").refused("http or https address");
    }
}
