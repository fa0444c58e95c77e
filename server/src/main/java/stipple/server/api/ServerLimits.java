package stipple.server.api;

import java.time.Duration;

/**
 * Limits that clients meet.
 *
 * @param pictures most of one request
 * @param waiting most jobs and calls that may wait
 * @param bodyBytes of a request
 * @param body how long a client may take to send one
 * @param call how long a call may take; jobs may take longer
 * @param keep how long what is over is kept, zero for ever
 */
public record ServerLimits(int pictures, int waiting, long bodyBytes, Duration body, Duration call, Duration keep) {}
