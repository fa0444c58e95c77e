package stipple.data.composition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import stipple.data.StableHash;

/**
 * Scenes without end: number {@code i} is a function of the seed and {@code i}. Training scenes show no combination of
 * the test; test scenes show one of their own class.
 */
public final class SceneGenerator {
    private static final double MARGIN = 0.03;
    private static final int ATTEMPTS = 10_000;
    /** Classes by how often they are drawn: the harder, the more often. */
    private static final List<SceneClass> DRAWN = Stream.of(
                    Collections.nCopies(2, SceneClass.ONE_OBJECT),
                    Collections.nCopies(2, SceneClass.COLOURS),
                    Collections.nCopies(2, SceneClass.TWO_OBJECTS),
                    Collections.nCopies(5, SceneClass.COUNTING),
                    Collections.nCopies(5, SceneClass.POSITIONS),
                    Collections.nCopies(4, SceneClass.BINDING))
            .flatMap(List::stream)
            .toList();

    private static final List<Shape> SHAPES = List.of(Shape.values());
    private static final List<Colour> COLOURS = List.of(Colour.values());
    private static final List<Ground> TINTED =
            Stream.of(Ground.values()).filter(ground -> ground != Ground.WHITE).toList();

    private final long seed;

    /** A generator of this seed. */
    public SceneGenerator(long seed) {
        this.seed = seed;
    }

    /** A scene with its class. */
    public record Drawn(SceneClass type, Scene scene) {}

    /** Training scene {@code i}. */
    public Drawn train(long i) {
        Random random = random("train", i);
        SceneClass type = DRAWN.get(random.nextInt(DRAWN.size()));
        int count = count(random);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Scene scene = any(type, count, random);
            if (scene != null && Combination.of(scene).stream().noneMatch(Combination::isTest)) {
                return new Drawn(type, scene);
            }
        }
        throw new IllegalStateException("no training scene of class " + type.id());
    }

    /** Test scene {@code i}: its only unseen combination is the one of its class. */
    public Drawn test(long i) {
        Random random = random("test", i);
        SceneClass type = DRAWN.get(random.nextInt(DRAWN.size()));
        int count = count(random);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Scene scene = any(type, count, random);
            if (scene != null && shows(type, scene)) {
                return new Drawn(type, scene);
            }
        }
        throw new IllegalStateException("no test scene of class " + type.id());
    }

    private static boolean shows(SceneClass type, Scene scene) {
        List<Combination> unseen =
                Combination.of(scene).stream().filter(Combination::isTest).toList();
        return unseen.size() == 1 && unseen.getFirst().type() == type;
    }

    private Random random(String family, long i) {
        return new Random(StableHash.of("scene", seed + "|" + family + "|" + i));
    }

    /** How many equal objects; drawn once for a scene, as attempts with many fail more often. */
    private static int count(Random random) {
        return 2 + random.nextInt(ScenePrompts.MOST_EQUAL - 1);
    }

    /**
     * A scene of the class, or null where the objects found no room.
     *
     * @param count how many objects a scene of {@link SceneClass#COUNTING} shows
     */
    private static Scene any(SceneClass type, int count, Random random) {
        Ground ground = random.nextDouble() < (type == SceneClass.ONE_OBJECT ? 0.35 : 0.75)
                ? Ground.WHITE
                : TINTED.get(random.nextInt(TINTED.size()));
        return switch (type) {
            case ONE_OBJECT, COLOURS -> {
                double size = between(random, 0.34, 0.8);
                yield new Scene(
                        ground,
                        List.of(object(
                                shape(random),
                                colour(random),
                                centre(random, size),
                                centre(random, size),
                                size,
                                random)));
            }
            case COUNTING -> several(ground, count, random);
            case TWO_OBJECTS, POSITIONS, BINDING -> pair(type, ground, random);
        };
    }

    private static Scene pair(SceneClass type, Ground ground, Random random) {
        Shape first = shape(random);
        Shape second = shape(random);
        Colour one = colour(random);
        Colour other = type != SceneClass.BINDING && random.nextDouble() < 0.15 ? one : colour(random);
        if (first == second || (one == other && type == SceneClass.BINDING)) {
            return null;
        }
        double a = between(random, 0.26, 0.44);
        double b = Math.clamp(a * between(random, 0.8, 1.25), 0.26, 0.44);
        // Along one axis the two stand in their own halves; across it they differ by little, so the relation is plain.
        double alongA = between(random, MARGIN + a / 2, 0.49 - a / 2);
        double alongB = between(random, 0.51 + b / 2, 1 - MARGIN - b / 2);
        double across = between(random, 0.36, 0.64);
        double acrossA = Math.clamp(across + between(random, -0.08, 0.08), MARGIN + a / 2, 1 - MARGIN - a / 2);
        double acrossB = Math.clamp(across + between(random, -0.08, 0.08), MARGIN + b / 2, 1 - MARGIN - b / 2);
        boolean sideBySide = random.nextBoolean();
        List<SceneObject> objects = new ArrayList<>(List.of(
                sideBySide
                        ? object(first, one, alongA, acrossA, a, random)
                        : object(first, one, acrossA, alongA, a, random),
                sideBySide
                        ? object(second, other, alongB, acrossB, b, random)
                        : object(second, other, acrossB, alongB, b, random)));
        if (random.nextBoolean()) {
            Collections.reverse(objects);
        }
        return new Scene(ground, objects);
    }

    private static Scene several(Ground ground, int count, Random random) {
        Shape shape = shape(random);
        Colour colour = colour(random);
        double base = between(random, 0.2, 0.52 / Math.sqrt(count) + 0.06);
        List<SceneObject> objects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SceneObject placed = null;
            for (int attempt = 0; attempt < 60 && placed == null; attempt++) {
                double size = base * between(random, 0.92, 1.08);
                double x = between(random, MARGIN + size / 2, 1 - MARGIN - size / 2);
                double y = between(random, MARGIN + size / 2, 1 - MARGIN - size / 2);
                SceneObject candidate = object(shape, colour, x, y, size, random);
                placed = objects.stream().allMatch(o -> apart(o, candidate)) ? candidate : null;
            }
            if (placed == null) {
                return null;
            }
            objects.add(placed);
        }
        return new Scene(ground, objects);
    }

    /** Whether the bounding boxes leave a gap of three hundredths of the picture. */
    static boolean apart(SceneObject a, SceneObject b) {
        double reach = (a.size() + b.size()) / 2 + 0.03;
        return Math.abs(a.x() - b.x()) >= reach || Math.abs(a.y() - b.y()) >= reach;
    }

    private static SceneObject object(Shape shape, Colour colour, double x, double y, double size, Random random) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int level = (colour.rgb() >> shift & 0xff) + random.nextInt(2 * Renderer.JITTER + 1) - Renderer.JITTER;
            rgb |= Math.clamp(level, 0, 255) << shift;
        }
        return new SceneObject(
                shape, colour, rgb, SceneObject.rounded(x), SceneObject.rounded(y), SceneObject.rounded(size));
    }

    /** Near the middle of the picture, and inside of it. */
    private static double centre(Random random, double size) {
        double free = Math.max(0, 0.5 - MARGIN - size / 2);
        return 0.5 + free * between(random, -1, 1) * random.nextDouble();
    }

    private static Shape shape(Random random) {
        return SHAPES.get(random.nextInt(SHAPES.size()));
    }

    private static Colour colour(Random random) {
        return COLOURS.get(random.nextInt(COLOURS.size()));
    }

    private static double between(Random random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
