package stipple.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C while something is being made: asks the work to stop, and keeps the process alive until it has tidied up, so that
 * nothing half-written stays behind. Closed when the work is over, by then in any case tidy.
 */
final class Cancellation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the JVM does by itself: 128 and the number of the signal. */
    private static final int AS_THE_SIGNAL_SAYS = -1;

    private final CountDownLatch tidy = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupted, "cancellation");
    private Runnable stop = () -> {};
    private final Duration patience;
    private boolean requested;
    private volatile int exitCode = AS_THE_SIGNAL_SAYS;

    /** Listens from now on. */
    Cancellation() {
        this(Duration.ZERO);
    }

    /** Listens from now on, for work that takes longer to end. */
    Cancellation(Duration longer) {
        patience = PATIENCE.plus(longer);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Sets how to stop the work; if somebody asked before, it happens now. */
    synchronized void stopBy(Runnable action) {
        stop = action;
        if (requested) {
            action.run();
        }
    }

    /** With which code the process ends when it is asked to and has tidied up: for work whose only end is to be asked. */
    void endWith(int code) {
        exitCode = code;
    }

    private void interrupted() {
        synchronized (this) {
            requested = true;
            stop.run();
        }
        try {
            // Afterwards the process ends, come what may: the work does not listen.
            boolean done = tidy.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!done) {
                System.getLogger(Cancellation.class.getName())
                        .log(System.Logger.Level.WARNING, "stopped without waiting any longer");
            } else if (exitCode != AS_THE_SIGNAL_SAYS) {
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        tidy.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running right now, which is what it is for.
        }
    }
}
