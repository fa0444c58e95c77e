package stipple.eval.composition;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import stipple.data.composition.Ground;

/**
 * Everything found in a picture.
 *
 * @param ground the ground; empty if it is not one colour, or none of the domain's
 * @param objects the objects, the largest first
 */
public record Detected(Optional<Ground> ground, List<Detection> objects) {
    /** Copies the list. */
    public Detected {
        objects = List.copyOf(objects);
    }

    /** Words for a report. */
    public String words() {
        String all = objects.isEmpty()
                ? "nothing"
                : objects.stream().map(Detection::words).collect(Collectors.joining(", "));
        return all + " on " + ground.map(Ground::word).orElse("no plain ground");
    }
}
