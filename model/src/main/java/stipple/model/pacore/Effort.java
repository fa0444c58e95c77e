package stipple.model.pacore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.torch.UserException;

/**
 * How many answers each round samples. A last round of a single answer always follows and is not listed.
 *
 * @param rounds answers of each round, at least one round of at least one
 */
public record Effort(List<Integer> rounds) {
    /** Published setting: one round of 4, 5 calls. */
    public static final Effort LOW = new Effort(List.of(4));

    /** Published setting: one round of 16, 17 calls. */
    public static final Effort MEDIUM = new Effort(List.of(16));

    /** Published setting: rounds of 32 and 4, 37 calls. */
    public static final Effort HIGH = new Effort(List.of(32, 4));

    private static final int MOST = 1024;

    /** Checks ranges. */
    public Effort {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty() || rounds.stream().anyMatch(k -> k < 1 || k > MOST)) {
            throw new UserException("An effort is a list of rounds with 1 to " + MOST + " answers each, got " + rounds);
        }
    }

    /**
     * Reads {@code low}, {@code medium}, {@code high} or the answers of the rounds, such as {@code 8,2}.
     *
     * @throws UserException if it is none of them
     */
    public static Effort of(String text) {
        return switch (text) {
            case "low" -> LOW;
            case "medium" -> MEDIUM;
            case "high" -> HIGH;
            default -> {
                try {
                    yield new Effort(Arrays.stream(text.split(",", -1))
                            .map(part -> Integer.valueOf(part.strip()))
                            .toList());
                } catch (NumberFormatException e) {
                    throw new UserException(
                            "The effort must be low, medium, high or the answers of each round such as 8,2, got '"
                                    + text + "'",
                            e);
                }
            }
        };
    }

    /** The rounds with the last one of a single answer. */
    public List<Integer> all() {
        List<Integer> all = new ArrayList<>(rounds);
        all.add(1);
        return List.copyOf(all);
    }

    /** Answers sampled in all, the last one included. */
    public int calls() {
        return all().stream().mapToInt(Integer::intValue).sum();
    }
}
