package stipple.model.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import stipple.model.files.AtomicFile;
import stipple.model.http.Backoff;
import stipple.torch.UserException;

/** Counts the failures of one request and decides between a pause and giving up. */
final class Patience {
    private final String what;
    private final HubOptions.Retry retry;
    private final PullListener listener;
    private int failures;

    Patience(String what, HubOptions.Retry retry, PullListener listener) {
        this.what = what;
        this.retry = retry;
        this.listener = listener;
    }

    /**
     * Waits before the next attempt: as long as the hub asked, else twice as long as before and a little at random, so that
     * many clients do not come back at the same moment.
     *
     * @param progressed whether the attempt brought something, which makes it the first of a row again
     * @throws UserException if it is time to give up
     */
    void failed(IOException failure, boolean progressed) {
        if (Thread.currentThread().isInterrupted() || failure.getCause() instanceof InterruptedException) {
            throw new CancellationException("interrupted");
        }
        failures = progressed ? 1 : failures + 1;
        String reason = AtomicFile.reason(failure).lines().findFirst().orElse("no reason");
        if (failures >= retry.attempts()) {
            throw new UserException(
                    "Could not fetch " + what + ": " + reason + "; tried " + failures
                            + " times. What has arrived is kept: pull again to go on",
                    failure);
        }
        Duration pause =
                failure instanceof BusyException busy && busy.retryAfter().isPresent()
                        ? busy.retryAfter().get()
                        : new Backoff(retry.firstPause(), retry.longestPause()).after(failures);
        if (pause.compareTo(retry.longestPause()) > 0) {
            throw new UserException(
                    "Could not fetch " + what + ": " + reason + ", and asks to come back in " + pause.toSeconds()
                            + " s. What has arrived is kept: pull again later to go on",
                    failure);
        }
        listener.pausing(what, reason, pause);
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
