package stipple.train.run;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.nn.Weights;

/** The parts of a model by the first word of its parameters' names, such as {@code layers} or {@code encoder}. */
public final class ParameterParts {
    private ParameterParts() {}

    /** The part that a parameter belongs to. */
    public static String part(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Number of parameters by part, in the order of the table. */
    public static Map<String, Long> of(Weights weights) {
        Map<String, Long> counts = new LinkedHashMap<>();
        weights.all().forEach((name, tensor) -> counts.merge(part(name), tensor.count(), Long::sum));
        return counts;
    }
}
