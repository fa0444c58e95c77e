package stipple.eval.composition;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import stipple.data.composition.Relation;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneClass;
import stipple.data.composition.SceneGenerator;
import stipple.data.composition.SceneObject;
import stipple.data.pixels.Pixels;

/**
 * How often the judge reads a rendered scene right, by class: ground, number of objects, and of each its shape, colour and
 * place. No score of a model can be trusted beyond this.
 *
 * @param scenes scenes a class
 * @param right of them read right in every respect
 */
public record JudgeAccuracy(Map<SceneClass, Integer> scenes, Map<SceneClass, Integer> right) {
    /** An object's centre may be read this far from where it was drawn, in parts of the picture. */
    private static final double PLACE_TOLERANCE = 0.04;

    /** Copies the maps. */
    public JudgeAccuracy {
        scenes = Map.copyOf(scenes);
        right = Map.copyOf(right);
    }

    /**
     * Reads scenes back.
     *
     * @param count scenes of all classes together
     * @param size side of the rendered pictures in pixels
     * @param change what happens to a picture before it is judged, such as a trip through an autoencoder
     */
    public static JudgeAccuracy measure(int count, int size, UnaryOperator<Pixels> change) {
        SceneGenerator generator = new SceneGenerator(2026);
        Map<SceneClass, Integer> scenes = new EnumMap<>(SceneClass.class);
        Map<SceneClass, Integer> right = new EnumMap<>(SceneClass.class);
        for (int i = 0; i < count; i++) {
            SceneGenerator.Drawn drawn = generator.test(i);
            scenes.merge(drawn.type(), 1, Integer::sum);
            Detected found = Detector.detect(change.apply(Renderer.draw(drawn.scene(), size)));
            right.merge(drawn.type(), reads(found, drawn.scene()) ? 1 : 0, Integer::sum);
        }
        return new JudgeAccuracy(scenes, right);
    }

    /** Share of all scenes that were read right. */
    public double overall() {
        int all = scenes.values().stream().mapToInt(n -> n).sum();
        return all == 0 ? 0 : (double) right.values().stream().mapToInt(n -> n).sum() / all;
    }

    /** Whether what was found is the scene, every object in its place. */
    static boolean reads(Detected found, Scene scene) {
        if (!found.ground().equals(Optional.of(scene.ground()))
                || found.objects().size() != scene.objects().size()) {
            return false;
        }
        List<SceneObject> objects = scene.objects();
        int[] places = new int[objects.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = indexAt(found, objects.get(i));
            if (places[i] < 0) {
                return false;
            }
        }
        return Arrays.stream(places).distinct().count() == places.length && relationHolds(found, scene, places);
    }

    private static boolean relationHolds(Detected found, Scene scene, int[] places) {
        if (places.length != 2) {
            return true;
        }
        Detection a = found.objects().get(places[0]);
        Detection b = found.objects().get(places[1]);
        return Relation.between(a.x() - b.x(), a.y() - b.y()) == scene.relation(0, 1);
    }

    private static int indexAt(Detected found, SceneObject object) {
        for (int i = 0; i < found.objects().size(); i++) {
            Detection d = found.objects().get(i);
            if (d.shape().equals(Optional.of(object.shape()))
                    && d.colour().equals(Optional.of(object.colour()))
                    && Math.abs(d.x() - object.x()) < PLACE_TOLERANCE
                    && Math.abs(d.y() - object.y()) < PLACE_TOLERANCE) {
                return i;
            }
        }
        return -1;
    }
}
