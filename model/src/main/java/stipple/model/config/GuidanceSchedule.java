package stipple.model.config;

import java.util.Arrays;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/**
 * How the guidance scale moves over an image's tokens (reference §2.9). The code generations call two opposite
 * schedules {@code linear}; here each has a name of its own.
 */
public enum GuidanceSchedule {
    /** The same scale for every token. */
    CONSTANT("constant"),
    /** From the scale down to about 1, the {@code linear} of the 2025 code. */
    LINEAR_FALLING("linear-falling"),
    /** From half the scale up to about the scale, the {@code linear} of the 2026 code. */
    LINEAR_RISING("linear-rising");

    private final String id;

    GuidanceSchedule(String id) {
        this.id = id;
    }

    /** The name on the command line and in config files. */
    public String id() {
        return id;
    }

    /**
     * The schedule of that name.
     *
     * @throws UserException if there is none
     */
    public static GuidanceSchedule of(String id) {
        for (GuidanceSchedule schedule : values()) {
            if (schedule.id.equals(id)) {
                return schedule;
            }
        }
        throw new UserException("Unknown guidance schedule '" + id + "'; use one of "
                + Arrays.stream(values()).map(GuidanceSchedule::id).collect(Collectors.joining(", ")));
    }
}
