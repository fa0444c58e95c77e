package stipple.data.svg;

import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the SVG library complains about while it draws. It goes on after a broken filter or transform and only logs it, so the
 * log is the one place that tells that a drawing is not what it should be. Kept by thread.
 */
final class Complaints extends Handler {
    /** Held, because loggers that nobody holds lose their settings. */
    private static final Logger LIBRARY = Logger.getLogger("com.github.weisj.jsvg");

    private static final ThreadLocal<String> FIRST = new ThreadLocal<>();

    static {
        LIBRARY.setUseParentHandlers(false);
        LIBRARY.addHandler(new Complaints());
    }

    private Complaints() {}

    /** Forgets what this thread's drawings met. */
    static void clear() {
        FIRST.remove();
    }

    /** The first complaint on this thread since {@link #clear}, on one line. */
    static Optional<String> first() {
        return Optional.ofNullable(FIRST.get());
    }

    @Override
    public void publish(LogRecord entry) {
        if (FIRST.get() == null) {
            String text = entry.getMessage() == null ? "it does not say why" : entry.getMessage();
            FIRST.set(text.lines().findFirst().orElse(text));
        }
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        FIRST.remove();
    }
}
