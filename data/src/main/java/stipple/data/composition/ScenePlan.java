package stipple.data.composition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stipple.data.DataException;

/**
 * What a model writes down before it draws a scene: number, colours, places and sizes, in hundredths of the picture rounded to
 * {@value #GRAIN}: {@code 2 objects; red star at 25 50 size 30; blue circle at 75 45 size 35; white ground}.
 *
 * @param scene the scene as far as the plan tells it: with the palette's own colours, on the grid of the plan
 */
public record ScenePlan(Scene scene) {
    private static final int GRAIN = 5;
    private static final int HUNDRED = 100;
    private static final Pattern OBJECT = Pattern.compile("(\\S+) (.+) at (\\d{1,3}) (\\d{1,3}) size (\\d{1,3})");
    private static final Pattern NUMBER = Pattern.compile("(\\d) objects?");
    private static final String GROUND = " ground";

    /** The plan that leads to a scene. */
    public static ScenePlan of(Scene scene) {
        return new ScenePlan(scene.with(scene.objects().stream()
                .map(o -> new SceneObject(
                        o.shape(), o.colour(), o.colour().rgb(), rounded(o.x()), rounded(o.y()), rounded(o.size())))
                .toList()));
    }

    private static double rounded(double part) {
        return hundredths(part) / (double) HUNDRED;
    }

    private static int hundredths(double part) {
        return GRAIN * (int) Math.round(part * HUNDRED / GRAIN);
    }

    /** The plan in words. */
    public String text() {
        int n = scene.objects().size();
        String objects = scene.objects().stream()
                .map(o -> o.words() + " at " + hundredths(o.x()) + " " + hundredths(o.y()) + " size "
                        + hundredths(o.size()) + "; ")
                .collect(Collectors.joining());
        return n
                + (n == 1 ? " object; " : " objects; ")
                + objects
                + scene.ground().word()
                + GROUND;
    }

    /** Reads a plan as {@link #text} writes it; empty if it is none, or contradicts itself in the number of objects. */
    public static Optional<ScenePlan> parse(String text) {
        List<String> parts = List.of(text.strip().split("\\s*;\\s*"));
        Matcher number = NUMBER.matcher(parts.getFirst());
        if (parts.size() < 2 || !number.matches() || !parts.getLast().endsWith(GROUND)) {
            return Optional.empty();
        }
        List<SceneObject> objects = new ArrayList<>();
        try {
            for (String part : parts.subList(1, parts.size() - 1)) {
                Matcher object = OBJECT.matcher(part);
                if (!object.matches()) {
                    return Optional.empty();
                }
                objects.add(object(object));
            }
            if (objects.size() != Integer.parseInt(number.group(1))) {
                return Optional.empty();
            }
            String ground = parts.getLast().substring(0, parts.getLast().length() - GROUND.length());
            return Optional.of(new ScenePlan(new Scene(Ground.ofWord(ground), objects)));
        } catch (DataException unknownWord) {
            // A model that is not yet trained writes words that mean nothing here.
            return Optional.empty();
        }
    }

    private static SceneObject object(Matcher object) {
        Colour colour = Colour.ofWord(object.group(1));
        return new SceneObject(
                Shape.ofWord(object.group(2)),
                colour,
                colour.rgb(),
                Integer.parseInt(object.group(3)) / (double) HUNDRED,
                Integer.parseInt(object.group(4)) / (double) HUNDRED,
                Integer.parseInt(object.group(5)) / (double) HUNDRED);
    }

    /**
     * A plan with one mistake, such as models make: another colour, another shape, one object too few or too many, or two
     * objects in each other's place.
     */
    public ScenePlan mistaken(RandomGenerator random) {
        List<SceneObject> objects = new ArrayList<>(scene.objects());
        int at = random.nextInt(objects.size());
        SceneObject one = objects.get(at);
        switch (random.nextInt(4)) {
            case 0 -> objects.set(at, one.recoloured(other(Colour.values(), one.colour(), random)));
            case 1 ->
                objects.set(
                        at,
                        new SceneObject(
                                other(Shape.values(), one.shape(), random),
                                one.colour(),
                                one.rgb(),
                                one.x(),
                                one.y(),
                                one.size()));
            case 2 -> {
                if (objects.size() > 1) {
                    objects.remove(at);
                } else {
                    objects.add(one.movedTo(rounded(1 - one.x()), rounded(1 - one.y())));
                }
            }
            default -> {
                int next = (at + 1) % objects.size();
                SceneObject two = objects.get(next);
                if (at == next || one.shape() == two.shape()) {
                    // Equal objects in each other's place would be no mistake.
                    objects.set(at, one.recoloured(other(Colour.values(), one.colour(), random)));
                } else {
                    objects.set(at, one.movedTo(two.x(), two.y()));
                    objects.set(next, two.movedTo(one.x(), one.y()));
                }
            }
        }
        return new ScenePlan(scene.with(objects));
    }

    private static <T> T other(T[] values, T than, RandomGenerator random) {
        T drawn = values[random.nextInt(values.length)];
        while (drawn == than) {
            drawn = values[random.nextInt(values.length)];
        }
        return drawn;
    }
}
