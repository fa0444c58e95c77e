package stipple.model.config;

import stipple.torch.UserException;

/** Validation shared by the configuration records. */
final class Checks {
    private static final int MAX_WIDTH = 1 << 24;

    private Checks() {}

    static void positive(String name, long value) {
        if (value <= 0) {
            throw new UserException("Config: " + name + " must be positive, but is " + value);
        }
    }

    /** A size that is computed from others and must stay an ordinary width. */
    static void width(String name, long value) {
        positive(name, value);
        if (value > MAX_WIDTH) {
            throw new UserException("Config: " + name + " is " + value + ", more than the supported " + MAX_WIDTH);
        }
    }

    static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new UserException("Config: " + name + " must be a positive number, but is " + value);
        }
    }

    static void notNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new UserException("Config: " + name + " must be zero or more, but is " + value);
        }
    }

    static void divides(String divisorName, long divisor, String name, long value) {
        if (value % divisor != 0) {
            throw new UserException(
                    "Config: " + name + " (" + value + ") must be a multiple of " + divisorName + " (" + divisor + ")");
        }
    }
}
