package stipple.train.recipe;

import stipple.torch.UserException;

/** Range checks whose messages name the key. */
final class Checks {
    private Checks() {}

    static void positive(String key, double value) {
        if (!(value > 0)) {
            throw new UserException("Recipe: " + key + " must be above 0, got " + value);
        }
    }

    static void positiveIfGiven(String key, Integer value) {
        if (value != null) {
            positive(key, value);
        }
    }

    static void notNegative(String key, double value) {
        if (!(value >= 0)) {
            throw new UserException("Recipe: " + key + " must not be negative, got " + value);
        }
    }

    static void fraction(String key, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new UserException("Recipe: " + key + " must be in [0, 1), got " + value);
        }
    }

    static void present(String key, Object value) {
        if (value == null) {
            throw new UserException("Recipe: the key '" + key + "' is missing");
        }
    }
}
