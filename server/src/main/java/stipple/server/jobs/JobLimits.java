package stipple.server.jobs;

import java.time.Duration;

/**
 * Limits of the queue.
 *
 * @param waiting most jobs and calls that may wait
 * @param keep how long what is over is kept, zero for ever
 */
public record JobLimits(int waiting, Duration keep) {}
