package stipple.eval.composition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stipple.data.composition.Relation;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneObject;
import stipple.data.pixels.Pixels;

/**
 * Judges an edit of a scene by what is found in the result. Objects and grounds that source and target share must still be
 * there; what the target has anew must be found and what the source alone has must be gone. Where the instruction leaves the
 * exact place open (a further object beside another) the relation decides.
 */
public final class SceneEditJudge {
    /** What stays in its place may be read this far from it, in parts of the picture. */
    private static final double STAYED = 0.1;

    /** What is added may lie this far from where the set has it, if it lies on the right side. */
    private static final double ADDED = 0.25;

    private final Scene source;
    private final Scene target;
    private final Detected found;
    private final List<Detection> free;

    private SceneEditJudge(Scene source, Scene target, Detected found) {
        this.source = source;
        this.target = target;
        this.found = found;
        free = new ArrayList<>(found.objects());
    }

    /**
     * A verdict.
     *
     * @param obeyed whether everything that is to change has changed
     * @param kept whether everything else is as it was, and nothing was added
     */
    public record Outcome(boolean obeyed, boolean kept) {}

    /** Judges the picture that should have become the target. */
    public static Outcome judge(Scene source, Scene target, Pixels result) {
        return new SceneEditJudge(source, target, Detector.detect(result)).outcome();
    }

    private Outcome outcome() {
        boolean ground = found.ground().equals(Optional.of(target.ground()));
        boolean groundStays = source.ground() == target.ground();
        boolean kept = !groundStays || ground;
        boolean obeyed = groundStays || ground;
        List<Detection> placed = new ArrayList<>();
        for (SceneObject object : target.objects()) {
            Optional<Detection> taken = take(object, tolerance(object));
            taken.ifPresent(placed::add);
            if (source.objects().contains(object)) {
                kept &= taken.isPresent();
            } else {
                obeyed &= taken.isPresent();
            }
        }
        if (placed.size() == 2) {
            Detection a = placed.get(0);
            Detection b = placed.get(1);
            obeyed &= Relation.between(a.x() - b.x(), a.y() - b.y()) == target.relation(0, 1);
        }
        List<SceneObject> gone = source.objects().stream()
                .filter(object -> !target.objects().contains(object))
                .toList();
        for (Detection left : free) {
            boolean old = gone.stream().anyMatch(object -> is(left, object) && distance(left, object) < STAYED);
            obeyed &= !old;
            kept &= old;
        }
        return new Outcome(obeyed, kept);
    }

    private double tolerance(SceneObject object) {
        if (source.objects().stream().anyMatch(o -> o.x() == object.x() && o.y() == object.y())) {
            return STAYED;
        }
        // What was moved must be nearer to its new place than to its old one.
        return source.objects().stream()
                .filter(o -> o.shape() == object.shape() && o.colour() == object.colour())
                .mapToDouble(o -> Math.hypot(o.x() - object.x(), o.y() - object.y()) / 2)
                .reduce(ADDED, Math::min);
    }

    private Optional<Detection> take(SceneObject object, double tolerance) {
        Optional<Detection> nearest = free.stream()
                .filter(d -> is(d, object) && distance(d, object) < tolerance)
                .min((a, b) -> Double.compare(distance(a, object), distance(b, object)));
        nearest.ifPresent(free::remove);
        return nearest;
    }

    private static boolean is(Detection detection, SceneObject object) {
        return detection.shape().equals(Optional.of(object.shape()))
                && detection.colour().equals(Optional.of(object.colour()));
    }

    private static double distance(Detection detection, SceneObject object) {
        return Math.hypot(detection.x() - object.x(), detection.y() - object.y());
    }
}
