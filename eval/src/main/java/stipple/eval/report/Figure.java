package stipple.eval.report;

import stipple.eval.stats.Interval;

/**
 * A measured number.
 *
 * @param name what it is, such as {@code counting}
 * @param value the number
 * @param interval where the true value lies with 95 % confidence; null where none is known
 * @param count pictures it was taken from
 */
public record Figure(String name, double value, Interval interval, int count) {}
