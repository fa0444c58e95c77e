package stipple.data.composition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import stipple.data.StableHash;

/**
 * Prompts with a scene that fits and one that almost does, without end: number {@code i} is a function of the seed and
 * {@code i}. One scene is the other with one change that the prompt does not allow, so both are equally well drawn and differ in
 * what was asked alone. Neither shows a combination of the test.
 */
public final class NearMisses {
    private static final List<Shape> SHAPES = List.of(Shape.values());
    private static final List<Colour> COLOURS = List.of(Colour.values());
    private static final List<Ground> GROUNDS = List.of(Ground.values());
    private static final List<Change> CHANGES = Stream.of(Change.values())
            .flatMap(change -> Collections.nCopies(change.weight, change).stream())
            .toList();
    private static final double EDGE = 0.02;
    private static final int PLACES = 60;
    private static final int ATTEMPTS = 1000;
    private static final int WORDINGS = 8;

    private final long seed;

    /** Near misses of this seed. */
    public NearMisses(long seed) {
        this.seed = seed;
    }

    /** What one of the scenes has otherwise. */
    public enum Change {
        /** Another colour of an object. */
        COLOUR(2),
        /** The colours of two objects exchanged. */
        COLOURS_SWAPPED(4),
        /** Another shape of an object. */
        SHAPE(2),
        /** An object twice, in place of another. */
        TWICE(3),
        /** The places of two objects exchanged. */
        PLACES_SWAPPED(3),
        /** An object less. */
        MISSING(1),
        /** An object more. */
        ONE_MORE(2),
        /** Another ground. */
        GROUND(1);

        private final int weight;

        /** How often it is tried first, so that changes that fit few scenes are not rare. */
        Change(int weight) {
            this.weight = weight;
        }
    }

    /**
     * A prompt between two scenes.
     *
     * @param type the class of the prompt
     * @param prompt the prompt
     * @param right a scene that fits it
     * @param wrong one that does not
     * @param change what tells them apart, seen from either
     * @param other a prompt for which it is the other way round, if one is found
     */
    public record NearMiss(
            SceneClass type, String prompt, Scene right, Scene wrong, Change change, Optional<String> other) {}

    /** Near miss {@code i}. */
    public NearMiss train(long i) {
        Random random = new Random(StableHash.of("near miss", seed + "|" + i));
        SceneGenerator scenes = new SceneGenerator(random.nextLong());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            SceneGenerator.Drawn drawn = scenes.train(attempt);
            List<Change> changes = new ArrayList<>(CHANGES);
            Collections.shuffle(changes, random);
            // Scenes before and after a change take turns as the right one, or how changed scenes look would tell them.
            boolean turned = random.nextBoolean();
            for (Change change : changes) {
                Scene after = changed(change, drawn.scene(), random);
                if (after == null || !seen(after) || (turned && after.objects().size() > ScenePrompts.MOST_EQUAL)) {
                    continue;
                }
                Scene right = turned ? after : drawn.scene();
                Scene wrong = turned ? drawn.scene() : after;
                ScenePrompt prompt = prompt(drawn.type(), right, random);
                if (prompt.fits(right) && !prompt.fits(wrong)) {
                    Random words = new Random(StableHash.of("other prompt", seed + "|" + i));
                    return new NearMiss(
                            drawn.type(),
                            prompt.text(),
                            right,
                            wrong,
                            change,
                            other(drawn.type(), wrong, right, words));
                }
            }
        }
        throw new IllegalStateException("no near miss");
    }

    /** What fits the wrong scene and not the right one; not every wording tells them apart. */
    private static Optional<String> other(SceneClass type, Scene wrong, Scene right, Random random) {
        if (wrong.objects().size() > ScenePrompts.MOST_EQUAL) {
            return Optional.empty();
        }
        return Stream.generate(() -> prompt(type, wrong, random))
                .limit(WORDINGS)
                .filter(prompt -> prompt.fits(wrong) && !prompt.fits(right))
                .map(ScenePrompt::text)
                .findFirst();
    }

    private static boolean seen(Scene scene) {
        return Combination.of(scene).stream().noneMatch(Combination::isTest);
    }

    /** What a class asks of a scene, the plain way half of the time. */
    private static ScenePrompt prompt(SceneClass type, Scene scene, Random random) {
        boolean colours = switch (type) {
            case COLOURS, BINDING -> true;
            case ONE_OBJECT, TWO_OBJECTS, COUNTING, POSITIONS -> random.nextDouble() < 0.3;
        };
        List<Wanted> wanted = SceneWords.wanted(scene, colours);
        boolean placed = type == SceneClass.POSITIONS
                && wanted.size() == 2
                && scene.objects().size() == 2;
        Relation relation = placed ? scene.relation(0, 1) : null;
        List<String> wordings = SceneWords.wordings(wanted, relation, scene.ground());
        String text = wordings.get(random.nextBoolean() ? 0 : random.nextInt(wordings.size()));
        Combination combination = Combination.of(scene).iterator().next();
        return new ScenePrompt(type, text, scene.ground(), wanted, Optional.ofNullable(relation), combination);
    }

    private static Scene changed(Change change, Scene scene, Random random) {
        List<SceneObject> objects = scene.objects();
        int at = random.nextInt(objects.size());
        SceneObject chosen = objects.get(at);
        SceneObject other = objects.size() == 2 ? objects.get(1 - at) : null;
        return switch (change) {
            case COLOUR -> replaced(scene, at, chosen.recoloured(COLOURS.get(random.nextInt(COLOURS.size()))));
            case SHAPE -> replaced(scene, at, reshaped(chosen, SHAPES.get(random.nextInt(SHAPES.size()))));
            case TWICE -> other == null ? null : replaced(scene, at, reshaped(chosen, other.shape()));
            case COLOURS_SWAPPED ->
                other == null ? null : scene.with(List.of(coloured(chosen, other), coloured(other, chosen)));
            case PLACES_SWAPPED -> other == null ? null : exchanged(scene, chosen, other);
            case MISSING -> objects.size() < 2 ? null : without(scene, at);
            case ONE_MORE -> withOneMore(scene, chosen, random);
            case GROUND -> new Scene(GROUNDS.get(random.nextInt(GROUNDS.size())), objects);
        };
    }

    private static Scene replaced(Scene scene, int at, SceneObject object) {
        List<SceneObject> after = new ArrayList<>(scene.objects());
        after.set(at, object);
        return scene.with(after);
    }

    private static SceneObject reshaped(SceneObject object, Shape shape) {
        return new SceneObject(shape, object.colour(), object.rgb(), object.x(), object.y(), object.size());
    }

    private static SceneObject coloured(SceneObject object, SceneObject like) {
        return new SceneObject(object.shape(), like.colour(), like.rgb(), object.x(), object.y(), object.size());
    }

    private static Scene exchanged(Scene scene, SceneObject a, SceneObject b) {
        SceneObject first = a.movedTo(b.x(), b.y());
        SceneObject second = b.movedTo(a.x(), a.y());
        boolean room = inside(first) && inside(second) && SceneGenerator.apart(first, second);
        return room ? scene.with(List.of(first, second)) : null;
    }

    private static Scene without(Scene scene, int at) {
        List<SceneObject> after = new ArrayList<>(scene.objects());
        after.remove(at);
        return scene.with(after);
    }

    private static Scene withOneMore(Scene scene, SceneObject like, Random random) {
        if (scene.objects().size() > ScenePrompts.MOST_EQUAL) {
            return null;
        }
        for (int attempt = 0; attempt < PLACES; attempt++) {
            double x = SceneObject.rounded(random.nextDouble());
            double y = SceneObject.rounded(random.nextDouble());
            SceneObject more = like.movedTo(x, y);
            if (inside(more) && scene.objects().stream().allMatch(there -> SceneGenerator.apart(there, more))) {
                List<SceneObject> after = new ArrayList<>(scene.objects());
                after.add(more);
                return scene.with(after);
            }
        }
        return null;
    }

    private static boolean inside(SceneObject object) {
        double half = object.size() / 2 + EDGE;
        return object.x() >= half && object.x() <= 1 - half && object.y() >= half && object.y() <= 1 - half;
    }
}
