package stipple.model.flow;

import stipple.model.config.GuidanceSchedule;

/** Moves a guidance scale over the tokens of a picture (reference §2.9). */
public final class GuidanceScales {
    private GuidanceScales() {}

    /**
     * The scale for the next token.
     *
     * @param scale the scale asked for
     * @param done tokens already drawn
     * @param total tokens of the picture
     */
    public static double at(GuidanceSchedule schedule, double scale, int done, int total) {
        return switch (schedule) {
            case CONSTANT -> scale;
            case LINEAR_FALLING -> 1 + (scale - 1) * (total - done) / total;
            case LINEAR_RISING -> Math.max(scale / 2, 1 + (scale - 1) * done / total);
        };
    }
}
