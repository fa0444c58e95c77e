package stipple.eval.thinking;

import java.util.Optional;
import stipple.model.pacore.Effort;
import stipple.model.think.ThinkMode;
import stipple.torch.UserException;

/**
 * A way from a prompt to a picture.
 *
 * @param name as people write it
 * @param mode what is written before drawing, if anything
 * @param effort rounds of plans that are weighed, if any
 * @param pictures pictures drawn, of which the judge chooses the best
 */
public record Arm(String name, Optional<ThinkMode> mode, Optional<Effort> effort, int pictures) {
    /** Draws at once. */
    public static final Arm DIRECT = new Arm("direct", Optional.empty(), Optional.empty(), 1);

    private static final String BEST = "best";
    private static final int MOST = 64;

    /**
     * Reads {@code direct}, {@code plan}, {@code refine}, an effort of plans ({@code low}, {@code medium}, {@code high} or
     * {@code 8x2}), or {@code best4}: the best of four pictures by the judge.
     *
     * @throws UserException if it is none of them
     */
    public static Arm of(String name) {
        return switch (name) {
            case "direct" -> DIRECT;
            case "plan", "refine" -> new Arm(name, Optional.of(ThinkMode.of(name)), Optional.empty(), 1);
            case "low", "medium", "high" -> planned(name, name);
            default -> {
                if (name.matches("\\d+(x\\d+)*")) {
                    yield planned(name, name.replace('x', ','));
                }
                if (name.matches(BEST + "\\d{1,2}")) {
                    int pictures = Integer.parseInt(name.substring(BEST.length()));
                    if (pictures >= 2 && pictures <= MOST) {
                        yield new Arm(name, Optional.empty(), Optional.empty(), pictures);
                    }
                }
                throw new UserException("There is no way to draw called '" + name
                        + "'; use direct, plan, refine, low, medium, high, such as 8x2, or best2 to best" + MOST);
            }
        };
    }

    private static Arm planned(String name, String effort) {
        return new Arm(name, Optional.of(ThinkMode.PLAN), Optional.of(Effort.of(effort)), 1);
    }
}
