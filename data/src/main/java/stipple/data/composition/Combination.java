package stipple.data.composition;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import stipple.data.StableHash;

/**
 * What a scene combines, such as {@code star} with {@code red}. A hash of the combination alone decides for good whether
 * it belongs to the test: then no training picture shows it, whatever its caption says.
 *
 * @param type the class that it belongs to
 * @param key its parts in a fixed order, such as {@code star|red}
 */
public record Combination(SceneClass type, String key) {
    /** Fixes the test for good. The first number for which a dozen well-known subjects (a red heart, a yellow star) are trained on. */
    private static final String SALT = "stipple-composition-163";

    /** True if training never sees it. */
    public boolean isTest() {
        return StableHash.share(SALT, type.id() + "|" + key) < type.testShare();
    }

    /** A number that orders combinations without favour to any part. */
    long order() {
        return StableHash.of(SALT, "order|" + type.id() + "|" + key);
    }

    static Combination oneObject(Shape shape, Ground ground) {
        return new Combination(SceneClass.ONE_OBJECT, shape.word() + "|" + ground.word());
    }

    static Combination colours(Shape shape, Colour colour) {
        return new Combination(SceneClass.COLOURS, shape.word() + "|" + colour.word());
    }

    static Combination counting(Shape shape, int count) {
        return new Combination(SceneClass.COUNTING, shape.word() + "|" + count);
    }

    static Combination twoObjects(Shape a, Shape b) {
        return new Combination(SceneClass.TWO_OBJECTS, sorted(a.word(), b.word()));
    }

    /** Left and right, above and below are the same combination seen from the other object. */
    static Combination positions(Shape a, Relation relation, Shape b) {
        return switch (relation) {
            case LEFT_OF, ABOVE ->
                new Combination(SceneClass.POSITIONS, a.word() + "|" + relation.id() + "|" + b.word());
            case RIGHT_OF, BELOW -> positions(b, relation.inverse(), a);
        };
    }

    static Combination binding(Shape a, Colour colourOfA, Shape b, Colour colourOfB) {
        return new Combination(
                SceneClass.BINDING, sorted(colourOfA.word() + " " + a.word(), colourOfB.word() + " " + b.word()));
    }

    /** Everything that a scene combines. */
    public static Set<Combination> of(Scene scene) {
        Set<Combination> all = new LinkedHashSet<>();
        List<SceneObject> objects = scene.objects();
        if (objects.size() == 1) {
            all.add(oneObject(objects.getFirst().shape(), scene.ground()));
        }
        for (int i = 0; i < objects.size(); i++) {
            SceneObject a = objects.get(i);
            all.add(colours(a.shape(), a.colour()));
            int equal =
                    (int) objects.stream().filter(o -> o.shape() == a.shape()).count();
            if (equal > 1) {
                all.add(counting(a.shape(), equal));
            }
            for (int j = i + 1; j < objects.size(); j++) {
                SceneObject b = objects.get(j);
                if (a.shape() != b.shape()) {
                    all.add(twoObjects(a.shape(), b.shape()));
                    all.add(positions(a.shape(), scene.relation(i, j), b.shape()));
                }
                if (a.shape() != b.shape() && a.colour() != b.colour()) {
                    all.add(binding(a.shape(), a.colour(), b.shape(), b.colour()));
                }
            }
        }
        return all;
    }

    private static String sorted(String a, String b) {
        return String.join("|", Stream.of(a, b).sorted().toList());
    }
}
