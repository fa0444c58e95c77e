package stipple.server.http;

import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The connection behind the request that a thread is answering, which the web server's own interface hides: it tells when a
 * client has gone away, and lets clients be dropped that take too long to send or to read.
 */
public final class Connections implements Http1ConnectionListener, AutoCloseable {
    /** Each connection has a thread of its own, on which requests are read and answered. */
    private static final ThreadLocal<Current> CURRENT = new ThreadLocal<>();

    /** What the web server needs to write the last bytes of a stream once its route has returned. */
    private static final Duration END_OF_STREAM = Duration.ofSeconds(2);

    private final ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("http-watchdog").daemon().factory());

    /** How long a client may take to send the head of a request whose first line has come. */
    private final Duration headLimit;

    /** Connections of one server. */
    public Connections(Duration headLimit) {
        this.headLimit = headLimit;
        watchdog.setRemoveOnCancelPolicy(true);
    }

    /** What is known of the connection of a thread. */
    private record Current(ConnectionContext context, Guard head) {}

    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        CURRENT.set(new Current(context, guard(context, headLimit)));
    }

    /** The connection of the request that this thread is answering. */
    Connection here() {
        Current current = CURRENT.get();
        current.head().close();
        return new Connection(current.context());
    }

    private Guard guard(ConnectionContext context, Duration limit) {
        ScheduledFuture<?> alarm =
                watchdog.schedule(() -> context.serverSocket().close(), limit.toMillis(), TimeUnit.MILLISECONDS);
        return () -> alarm.cancel(false);
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }

    /** One client's connection while one request is answered. */
    final class Connection {
        private final ConnectionContext context;
        private volatile boolean gone;
        private boolean watched;

        private Connection(ConnectionContext context) {
            this.context = context;
        }

        /**
         * Whether the client has closed its side. May be asked only after its request was read; from then on a thread waits
         * for more from the client, and so the connection cannot serve another request.
         */
        boolean gone() {
            if (!watched) {
                watched = true;
                Thread.ofVirtual().name("http-watch").start(() -> {
                    try {
                        context.dataReader().ensureAvailable();
                    } catch (RuntimeException closed) {
                        gone = true;
                    }
                });
            }
            return gone;
        }

        /** Whether it must be closed after the answer. */
        boolean watched() {
            return watched;
        }

        void close() {
            try {
                context.serverSocket().close();
            } catch (UncheckedIOException closed) {
                // The client was faster.
            }
        }

        void closeSoon() {
            guard(context, END_OF_STREAM);
        }

        /** Drops the connection unless the returned guard is closed in time. */
        Guard within(Duration limit) {
            return guard(context, limit);
        }
    }

    /** Something that must be over in time. */
    @FunctionalInterface
    interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}
