package stipple.train.reward;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import stipple.torch.UserException;

/** Reads the options of a reward; every key must be known and every value sound. */
public final class Options {
    private final String kind;
    private final Map<String, String> values;

    /**
     * Options of a reward.
     *
     * @throws UserException if there is a key that is not known
     */
    public Options(String kind, Map<String, String> values, Set<String> known) {
        this.kind = kind;
        this.values = values;
        for (String key : new TreeSet<>(values.keySet())) {
            if (!known.contains(key)) {
                throw new UserException("The reward '" + kind + "' has no option '" + key + "'; it knows "
                        + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /** A text that must be given. */
    public String text(String key) {
        String value = values.get(key);
        if (value == null || value.isBlank()) {
            throw new UserException("The reward '" + kind + "' needs the option '" + key + "'");
        }
        return value;
    }

    /** A text with a default. */
    public String text(String key, String absent) {
        return values.containsKey(key) ? text(key) : absent;
    }

    /** A number of a range with a default. */
    public double number(String key, double absent, double low, double high) {
        if (!values.containsKey(key)) {
            return absent;
        }
        try {
            double value = Double.parseDouble(values.get(key));
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refusal(key, low, high);
        }
        throw refusal(key, low, high);
    }

    private UserException refusal(String key, double low, double high) {
        return new UserException("The option '" + key + "' of the reward '" + kind + "' must be a number from " + low
                + " to " + high + ", got '" + values.get(key) + "'");
    }
}
