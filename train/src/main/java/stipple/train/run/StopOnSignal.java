package stipple.train.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop, and keeps the process alive until the request has been met. The JVM
 * ends as soon as its shutdown hooks have; this one waits for the run.
 */
public final class StopOnSignal implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger code = new AtomicInteger();
    private final Thread hook;

    private StopOnSignal(Runnable request, IntConsumer exit) {
        hook = Thread.ofPlatform().name("stop-on-signal").unstarted(() -> {
            request.run();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exit.accept(code.get());
        });
    }

    /**
     * Installs the hook.
     *
     * @param request asks the work to end
     * @param exit ends the process at once with a code; called on a signal only, when {@link #over} was
     */
    public static StopOnSignal install(Runnable request, IntConsumer exit) {
        StopOnSignal stop = new StopOnSignal(request, exit);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /** Says that the work is over and everything is reported, and with which code the process would end. */
    public void over(int exitCode) {
        code.set(exitCode);
        over.countDown();
    }

    /** Takes the hook out again; on the way down it stays, as it is running. */
    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // The hook is what waits for us.
        }
    }
}
