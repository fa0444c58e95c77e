package stipple.train.reward;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

/**
 * Rules on pixels, which are exact, fast and hide nothing: {@code colour} is the share of pixels near a colour,
 * {@code brightness} and {@code colourfulness} are means over the picture.
 *
 * <p><b>How it is gamed:</b> a flat picture of the wanted colour gets the full score, whatever the prompt. Give it a small
 * weight beside a reward that knows the prompt, or use it as a watched score: a colour share that runs to 1 while nothing
 * else rises is collapse.
 */
final class PixelReward implements Reward {
    private static final int LEVELS = 255;
    private static final double FARTHEST = Math.sqrt(3) * LEVELS;

    private final String rule;
    private final int rgb;
    private final double within;
    private final double target;

    private PixelReward(Options options) {
        rule = options.text("rule");
        if (!List.of("colour", "brightness", "colourfulness").contains(rule)) {
            throw new UserException(
                    "The reward 'pixels' has no rule '" + rule + "'; use colour, brightness or colourfulness");
        }
        rgb = rule.equals("colour") ? colour(options.text("rgb")) : 0;
        within = options.number("within", 60, 0, FARTHEST);
        target = options.number("target", 1, 0, 1);
    }

    private static int colour(String text) {
        if (!text.matches("[0-9a-fA-F]{6}")) {
            throw new UserException(
                    "The option 'rgb' of the reward 'pixels' must be six hexadecimal digits, got '" + text + "'");
        }
        return Integer.parseInt(text.toLowerCase(Locale.ROOT), 16);
    }

    /** Makes this reward. */
    static final class Provider implements RewardProvider {
        @Override
        public String kind() {
            return "pixels";
        }

        @Override
        public Reward open(Map<String, String> options) {
            return new PixelReward(new Options(kind(), options, Set.of("rule", "rgb", "within", "target")));
        }
    }

    /** One less the distance of a picture's value to the target. */
    @Override
    public double[] scores(List<Judged> pictures) {
        return pictures.stream()
                .mapToDouble(judged -> 1 - Math.abs(value(judged.picture()) - target))
                .toArray();
    }

    private double value(PixelImage image) {
        double sum = 0;
        int pixels = image.width() * image.height();
        for (int i = 0; i < pixels; i++) {
            int r = image.rgb()[3 * i] & LEVELS;
            int g = image.rgb()[3 * i + 1] & LEVELS;
            int b = image.rgb()[3 * i + 2] & LEVELS;
            sum += switch (rule) {
                case "colour" -> near(r, g, b) ? 1 : 0;
                case "brightness" -> (r + g + b) / (3.0 * LEVELS);
                default -> (Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b))) / (double) LEVELS;
            };
        }
        return sum / pixels;
    }

    private boolean near(int r, int g, int b) {
        int dr = r - (rgb >> 16);
        int dg = g - (rgb >> 8 & LEVELS);
        int db = b - (rgb & LEVELS);
        return dr * dr + dg * dg + db * db <= within * within;
    }
}
