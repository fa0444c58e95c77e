package stipple.server.jobs;

import java.util.OptionalDouble;

/**
 * How far a job is.
 *
 * @param picture index of the picture that was worked on last
 * @param row rows of that picture, 0 before the first
 * @param rows rows it will have, 0 if not known yet
 * @param tokens image tokens drawn of all pictures
 * @param totalTokens image tokens of all pictures
 * @param etaSeconds until the last picture, if it can be told
 */
public record Progress(int picture, int row, int rows, int tokens, int totalTokens, OptionalDouble etaSeconds) {
    /** From 0 to 1. */
    public double fraction() {
        return totalTokens == 0 ? 0 : (double) tokens / totalTokens;
    }
}
