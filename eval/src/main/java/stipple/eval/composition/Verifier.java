package stipple.eval.composition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stipple.data.composition.Colour;
import stipple.data.composition.Relation;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneObject;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.Wanted;
import stipple.data.pixels.Pixels;

/**
 * The judge of the composition domain, also a reward for training: exact on rendered pictures, free of weights, and graded,
 * so that a picture with one fault of four scores more than one with three.
 */
public final class Verifier {
    /** What an object that is not asked for costs, as a share of one demand. */
    private static final double EXTRA = 1;

    private static final double SHAPE_SHARE = 0.5;
    private static final double COLOUR_SHARE = 0.3;
    private static final double PLACE_SHARE = 0.2;

    /** Distance of centres, in parts of the picture, at which a place counts nothing. */
    private static final double PLACE_REACH = 0.25;

    private Verifier() {}

    /** Judges a picture by its prompt. The rule is {@link ScenePrompt#fits}, on what is seen in place of what was drawn. */
    public static Verdict judge(ScenePrompt prompt, Pixels picture) {
        return judge(prompt, Detector.detect(picture));
    }

    /** The same with the objects found already. */
    public static Verdict judge(ScenePrompt prompt, Detected found) {
        Demands demands = new Demands();
        demands.add(
                found.ground().filter(g -> g == prompt.ground()).isPresent(),
                "the ground is not " + prompt.ground().word());
        int demanded = 0;
        for (Wanted wanted : prompt.wanted()) {
            count(wanted, found, demands);
            demanded += wanted.count();
        }
        prompt.relation().ifPresent(relation -> place(relation, prompt.wanted(), found, demands));
        int extra = found.objects().size() - demanded;
        if (extra > 0) {
            demands.extra(extra, demanded);
        }
        return new Verdict(demands.faults.isEmpty(), demands.score(), demands.faults, found);
    }

    /**
     * How near a picture comes to a scene, 0 to 1: every object of the scene takes the nearest free object of its shape, or
     * failing that any other; half of its share is for the shape, the rest for colour and place. Objects beyond those of the
     * scene divide the sum further.
     */
    public static double score(Scene scene, Pixels picture) {
        Detected found = Detector.detect(picture);
        List<Detection> free = new ArrayList<>(found.objects());
        double sum = found.ground().filter(g -> g == scene.ground()).isPresent() ? 1 : 0;
        List<SceneObject> open = new ArrayList<>();
        for (SceneObject object : scene.objects()) {
            Optional<Detection> same = nearest(
                    object,
                    free.stream()
                            .filter(d -> d.shape().equals(Optional.of(object.shape())))
                            .toList());
            if (same.isPresent()) {
                free.remove(same.get());
                sum += SHAPE_SHARE + likeness(object, same.get());
            } else {
                open.add(object);
            }
        }
        for (SceneObject object : open) {
            Optional<Detection> other = nearest(object, free);
            if (other.isPresent()) {
                free.remove(other.get());
                sum += likeness(object, other.get());
            }
        }
        return sum / (1 + Math.max(scene.objects().size(), found.objects().size()));
    }

    private static Optional<Detection> nearest(SceneObject object, List<Detection> choices) {
        return choices.stream().min((a, b) -> Double.compare(distance(object, a), distance(object, b)));
    }

    private static double distance(SceneObject object, Detection detection) {
        // An object of the right colour is the better choice wherever it stands.
        double colour = detection.colour().equals(Optional.of(object.colour())) ? 0 : 2;
        return colour + Math.hypot(object.x() - detection.x(), object.y() - detection.y());
    }

    private static double likeness(SceneObject object, Detection d) {
        double away = Math.hypot(object.x() - d.x(), object.y() - d.y());
        return (d.colour().equals(Optional.of(object.colour())) ? COLOUR_SHARE : 0)
                + PLACE_SHARE * Math.max(0, 1 - away / PLACE_REACH);
    }

    private static void count(Wanted wanted, Detected found, Demands demands) {
        String name = wanted.colour().map(c -> c.word() + " ").orElse("")
                + (wanted.count() == 1 ? wanted.shape().word() : wanted.shape().plural());
        List<Detection> ofShape = found.objects().stream()
                .filter(d -> d.shape().equals(Optional.of(wanted.shape())))
                .toList();
        demands.add(
                ofShape.size() == wanted.count(),
                ofShape.size() + " of " + wanted.count() + " "
                        + (wanted.count() == 1
                                ? wanted.shape().word()
                                : wanted.shape().plural()));
        if (wanted.colour().isPresent()) {
            Colour colour = wanted.colour().get();
            long right = ofShape.stream()
                    .filter(d -> d.colour().equals(Optional.of(colour)))
                    .count();
            demands.add(right == wanted.count(), "no " + name);
        }
    }

    private static void place(Relation relation, List<Wanted> wanted, Detected found, Demands demands) {
        Optional<Detection> first = only(wanted.get(0), found);
        Optional<Detection> second = only(wanted.get(1), found);
        boolean right = first.isPresent()
                && second.isPresent()
                && relation
                        == Relation.between(
                                first.get().x() - second.get().x(),
                                first.get().y() - second.get().y());
        demands.add(
                right,
                "the " + wanted.get(0).shape().word() + " is not " + relation.words() + " the "
                        + wanted.get(1).shape().word());
    }

    private static Optional<Detection> only(Wanted wanted, Detected found) {
        return found.objects().stream()
                .filter(d -> d.shape().equals(Optional.of(wanted.shape())))
                .findFirst();
    }

    /** Counts what was asked for and what was met. */
    private static final class Demands {
        private final List<String> faults = new ArrayList<>();
        private int asked;
        private int met;
        private double extra;

        void add(boolean isMet, String fault) {
            asked++;
            met += isMet ? 1 : 0;
            if (!isMet) {
                faults.add(fault);
            }
        }

        void extra(int more, int demanded) {
            extra = EXTRA * more;
            faults.add((demanded + more) + " objects where " + demanded + " were asked for");
        }

        double score() {
            return met / (asked + extra);
        }
    }
}
