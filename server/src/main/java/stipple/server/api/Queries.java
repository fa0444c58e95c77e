package stipple.server.api;

import java.util.Set;
import java.util.TreeSet;
import stipple.server.http.ApiException;
import stipple.server.http.Call;

/** Parameters behind the question mark: known ones, within their range. */
final class Queries {
    /** Ranges that reach further have no end that is worth telling. */
    private static final double UNLIMITED = 1e12;

    private Queries() {}

    /**
     * Refuses what is not known.
     *
     * @throws ApiException 400 that names it
     */
    static void only(Call call, Set<String> known) {
        call.queryNames().forEach(name -> {
            if (!known.contains(name)) {
                String those = known.isEmpty() ? "none are" : String.join(", ", new TreeSet<>(known)) + " are";
                throw ApiException.invalid(
                        name, "unknown_parameter", "Unknown parameter '" + name + "'; " + those + " known");
            }
        });
    }

    /**
     * A number.
     *
     * @throws ApiException 400 if it is none, or out of range
     */
    static double number(Call call, String name, double absent, double least, double most) {
        if (call.query(name).isEmpty()) {
            return absent;
        }
        try {
            double value = Double.parseDouble(call.query(name).get());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException wrong) {
            // Told below, like a number out of range.
        }
        throw ApiException.invalid(
                name,
                "invalid_value",
                "'" + name + "' must be a number from " + (long) least
                        + (most < UNLIMITED ? " to " + (long) most : ""));
    }
}
