package stipple.server.api;

import java.util.List;
import java.util.Map;
import stipple.model.generate.GenerationRequest;

/** OpenAI's words for quality, as multiples of the number of steps that is recommended for the model. */
final class Quality {
    private static final Map<String, Double> FACTORS =
            Map.of("auto", 1.0, "standard", 1.0, "low", 0.5, "medium", 1.0, "high", 2.0, "hd", 2.0);

    private Quality() {}

    static List<String> names() {
        return List.of("auto", "low", "medium", "high", "standard", "hd");
    }

    /** Whether the word leaves the steps as they are recommended. */
    static boolean neutral(String name) {
        return FACTORS.get(name) == 1.0;
    }

    static int steps(String name, int recommended) {
        long steps = Math.round(recommended * FACTORS.get(name));
        return Math.clamp(steps, 1, GenerationRequest.MAX_STEPS);
    }

    /** The word that answers use, which are fewer. */
    static String answered(String name) {
        return switch (name) {
            case "low", "high" -> name;
            case "hd" -> "high";
            default -> "medium";
        };
    }
}
