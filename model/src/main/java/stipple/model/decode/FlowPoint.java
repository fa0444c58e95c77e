package stipple.model.decode;

/**
 * A step of the sampler of one token.
 *
 * @param before where the head was asked, {@code [token]}
 * @param after where the sampler went
 * @param velocity what the head said, guided
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
public record FlowPoint(float[] before, float[] after, float[] velocity) {}
