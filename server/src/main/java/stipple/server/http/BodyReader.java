package stipple.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads request bodies into memory: none longer than a limit, none for longer than a limit, and all of them together within
 * a budget, so that many uploads at a time cannot exhaust the memory.
 */
final class BodyReader {
    private static final int STEP = 64 << 10;
    private static final int SWALLOWED = 4;
    private static final Duration BUDGET_PATIENCE = Duration.ofSeconds(5);
    private static final Duration BUDGET_RETRY = Duration.ofSeconds(2);

    private final long mostBytes;
    private final Duration limit;
    private final Semaphore steps;

    BodyReader(long mostBytes, Duration limit, long budget) {
        this.mostBytes = mostBytes;
        this.limit = limit;
        this.steps = new Semaphore(Math.toIntExact(Math.max(budget, mostBytes) / STEP + 1), true);
    }

    /** A body, whose memory counts until it is closed. */
    final class Body implements AutoCloseable {
        private byte[] content = new byte[0];
        private int held;

        byte[] content() {
            return content;
        }

        private void hold(long bytes) {
            try {
                while ((long) held * STEP < bytes) {
                    if (!steps.tryAcquire(BUDGET_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw ApiException.unavailable(
                                "uploads_busy", "Too many uploads at a time; try again", BUDGET_RETRY);
                    }
                    held++;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClientGoneException(e);
            }
        }

        @Override
        public void close() {
            content = new byte[0];
            steps.release(held);
            held = 0;
        }
    }

    /**
     * Reads a body.
     *
     * @throws ApiException 413 if it is too long
     * @throws ClientGoneException if it breaks off or takes too long
     */
    Body read(ServerRequest request, Connections.Connection connection) {
        Body body = new Body();
        boolean done = false;
        try (Connections.Guard guard = connection.within(limit)) {
            if (request.content().hasEntity()) {
                fill(
                        body,
                        request.content().inputStream(),
                        request.headers().contentLength().orElse(0));
            }
            done = true;
            return body;
        } catch (IOException
                | UncheckedIOException
                | CloseConnectionException
                | DataReader.InsufficientDataAvailableException broken) {
            throw new ClientGoneException(broken);
        } finally {
            if (!done) {
                body.close();
            }
        }
    }

    private void fill(Body body, InputStream in, long announced) throws IOException {
        if (announced > mostBytes) {
            throw tooLong(in);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] part = new byte[STEP];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            if (bytes.size() + read > mostBytes) {
                throw tooLong(in);
            }
            body.hold(bytes.size() + (long) read);
            bytes.write(part, 0, read);
        }
        body.content = bytes.toByteArray();
    }

    /** Swallows some of the rest: a client that is still sending when the connection closes may never see the answer. */
    private ApiException tooLong(InputStream rest) throws IOException {
        long swallowed = 0;
        byte[] part = new byte[STEP];
        for (int read = rest.read(part); read >= 0 && swallowed < SWALLOWED * mostBytes; read = rest.read(part)) {
            swallowed += read;
        }
        return ApiException.mistake(
                413, "body_too_large", "The request's body may have at most " + mostBytes + " bytes");
    }
}
