package stipple.data.composition;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import stipple.data.StableHash;

/**
 * Edits of scenes without end: number {@code i} is a function of the seed and {@code i}. Neither side of a training edit
 * shows a combination of the test; a test edit starts from a training scene and ends in one that does.
 */
public final class SceneEdits {
    private static final List<Shape> SHAPES = List.of(Shape.values());
    private static final List<Colour> COLOURS = List.of(Colour.values());
    private static final List<Ground> GROUNDS = List.of(Ground.values());
    private static final double EDGE = 0.04;
    /** The largest object beside which another has room. */
    private static final double SMALL = 0.42;

    private static final int KINDS = 7;
    private static final int PATIENCE = 500;
    private static final int ATTEMPTS = 20 * PATIENCE;

    private final long seed;

    /** Edits of this seed. */
    public SceneEdits(long seed) {
        this.seed = seed;
    }

    /** Training edit {@code i}. */
    public SceneEdit train(long i) {
        return find("train", i, false);
    }

    /** Test edit {@code i}. */
    public SceneEdit test(long i) {
        return find("test", i, true);
    }

    private SceneEdit find(String family, long i, boolean test) {
        Random random = new Random(StableHash.of("scene edit", seed + "|" + family + "|" + i));
        SceneGenerator scenes = new SceneGenerator(random.nextLong());
        int kind = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // A kind is kept for a while, as some fit few scenes; of a test, some are impossible.
            kind = attempt % PATIENCE == 0 ? random.nextInt(KINDS) : kind;
            SceneEdit edit = of(kind, scenes.train(attempt).scene(), random);
            if (edit != null
                    && Combination.of(edit.target()).stream().anyMatch(Combination::isTest) == test
                    && !edit.target().equals(edit.source())) {
                return edit;
            }
        }
        throw new IllegalStateException("no " + family + " edit");
    }

    private static SceneEdit of(int kind, Scene scene, Random random) {
        return switch (kind) {
            case 0 -> recolour(scene, random);
            case 1 -> background(scene, random);
            case 2 -> scene.objects().size() == 2 ? swap(scene) : null;
            case 3 -> scene.objects().size() == 2 ? remove(scene, random) : null;
            case 4 -> scene.objects().size() == 1 ? add(scene, random) : null;
            case 5 -> replace(scene, random);
            default -> scene.objects().size() == 1 ? move(scene, random) : null;
        };
    }

    private static boolean allEqual(Scene scene) {
        return scene.objects().stream().map(SceneObject::shape).distinct().count() == 1;
    }

    private static SceneEdit recolour(Scene scene, Random random) {
        Colour colour = COLOURS.get(random.nextInt(COLOURS.size()));
        SceneObject chosen = scene.objects().get(random.nextInt(scene.objects().size()));
        if (scene.objects().stream().anyMatch(o -> o.colour() == colour)) {
            return null;
        }
        String name = name(scene, chosen);
        List<SceneObject> after = scene.objects().stream()
                .map(o -> o.shape() == chosen.shape() ? o.recoloured(colour) : o)
                .toList();
        String c = colour.word();
        return new SceneEdit(
                "recolour",
                scene,
                scene.with(after),
                List.of(
                        "make the " + name + " " + c,
                        "change the colour of the " + name + " to " + c,
                        "paint the " + name + " " + c),
                List.of("把" + chosen.shape().chinese() + "变成" + colour.chinese()));
    }

    private static SceneEdit background(Scene scene, Random random) {
        Ground ground = GROUNDS.get(random.nextInt(GROUNDS.size()));
        return new SceneEdit(
                "background",
                scene,
                new Scene(ground, scene.objects()),
                List.of(
                        "make the background " + ground.word(),
                        "change the background to " + ground.word(),
                        "put it on a " + ground.word() + " background"),
                List.of("把背景改成" + ground.chinese()));
    }

    private static SceneEdit swap(Scene scene) {
        SceneObject a = scene.objects().get(0);
        SceneObject b = scene.objects().get(1);
        if (a.shape() == b.shape() || Math.abs(a.size() - b.size()) > 0.04) {
            return null;
        }
        Scene after = scene.with(List.of(a.movedTo(b.x(), b.y()), b.movedTo(a.x(), a.y())));
        String first = a.shape().word();
        String second = b.shape().word();
        return new SceneEdit(
                "swap",
                scene,
                after,
                List.of(
                        "swap the " + first + " and the " + second,
                        "exchange the places of the " + first + " and the " + second,
                        "put the " + first + " where the " + second + " is and the other way round"),
                List.of("交换" + a.shape().chinese() + "和" + b.shape().chinese() + "的位置"));
    }

    private static SceneEdit remove(Scene scene, Random random) {
        if (allEqual(scene)) {
            return null;
        }
        int at = random.nextInt(2);
        SceneObject gone = scene.objects().get(at);
        String name = gone.shape().word();
        return new SceneEdit(
                "remove",
                scene,
                scene.with(List.of(scene.objects().get(1 - at))),
                List.of("remove the " + name, "take the " + name + " away", "delete the " + name),
                List.of("去掉" + gone.shape().chinese()));
    }

    private static SceneEdit add(Scene found, Random random) {
        SceneObject large = found.objects().getFirst();
        SceneObject there = large.ofSize(Math.min(large.size(), SMALL - 0.12 * random.nextDouble()));
        Scene scene = found.with(List.of(there));
        Shape shape = SHAPES.get(random.nextInt(SHAPES.size()));
        Colour colour = COLOURS.get(random.nextInt(COLOURS.size()));
        Relation relation = List.of(Relation.values()).get(random.nextInt(Relation.values().length));
        double size = 0.26 + 0.12 * random.nextDouble();
        double away = (there.size() + size) / 2 + 0.04;
        double x = there.x() + (relation == Relation.LEFT_OF ? -away : relation == Relation.RIGHT_OF ? away : 0);
        double y = there.y() + (relation == Relation.ABOVE ? -away : relation == Relation.BELOW ? away : 0);
        if (shape == there.shape() || !inside(x, size) || !inside(y, size)) {
            return null;
        }
        SceneObject added = new SceneObject(
                shape, colour, colour.rgb(), SceneObject.rounded(x), SceneObject.rounded(y), SceneObject.rounded(size));
        List<SceneObject> after = new ArrayList<>(scene.objects());
        after.add(added);
        String thing = SceneWords.prompt(List.of(Wanted.one(colour, shape)), null, Ground.WHITE);
        String where = " " + relation.words() + " the " + there.shape().word();
        return new SceneEdit(
                "add",
                scene,
                scene.with(after),
                List.of("add " + thing + where, "draw " + thing + where, "put " + thing + where),
                List.of("在" + there.shape().chinese() + "的" + relation.chinese() + "加一" + shape.measure()
                        + colour.chinese() + "的" + shape.chinese()));
    }

    private static SceneEdit replace(Scene scene, Random random) {
        Shape shape = SHAPES.get(random.nextInt(SHAPES.size()));
        SceneObject chosen = scene.objects().get(random.nextInt(scene.objects().size()));
        if (scene.objects().stream().anyMatch(o -> o.shape() == shape)) {
            return null;
        }
        List<SceneObject> after = scene.objects().stream()
                .map(o -> o.shape() == chosen.shape()
                        ? new SceneObject(shape, o.colour(), o.rgb(), o.x(), o.y(), o.size())
                        : o)
                .toList();
        boolean several = after.stream().filter(o -> o.shape() == shape).count() > 1;
        String to = several ? shape.plural() : SceneWords.prompt(List.of(Wanted.one(shape)), null, Ground.WHITE);
        String name = name(scene, chosen);
        return new SceneEdit(
                "replace",
                scene,
                scene.with(after),
                List.of(
                        "replace the " + name + " with " + to,
                        "turn the " + name + " into " + to,
                        "change the " + name + " to " + to),
                List.of("把" + chosen.shape().chinese() + "换成" + shape.chinese()));
    }

    private static SceneEdit move(Scene scene, Random random) {
        SceneObject object = scene.objects().getFirst();
        if (object.size() > 0.55) {
            return null;
        }
        double near = EDGE + object.size() / 2;
        String name = object.shape().word();
        String side;
        String chinese;
        SceneObject moved;
        switch (random.nextInt(4)) {
            case 0 -> {
                side = "left";
                chinese = "左边";
                moved = object.movedTo(SceneObject.rounded(near), object.y());
            }
            case 1 -> {
                side = "right";
                chinese = "右边";
                moved = object.movedTo(SceneObject.rounded(1 - near), object.y());
            }
            case 2 -> {
                side = "top";
                chinese = "上边";
                moved = object.movedTo(object.x(), SceneObject.rounded(near));
            }
            default -> {
                side = "bottom";
                chinese = "下边";
                moved = object.movedTo(object.x(), SceneObject.rounded(1 - near));
            }
        }
        boolean visible = Math.abs(moved.x() - object.x()) + Math.abs(moved.y() - object.y()) > 0.1;
        return visible
                ? new SceneEdit(
                        "move",
                        scene,
                        scene.with(List.of(moved)),
                        List.of(
                                "move the " + name + " to the " + side,
                                "put the " + name + " at the " + side + " edge",
                                "shift the " + name + " to the " + side),
                        List.of("把" + object.shape().chinese() + "移到" + chinese))
                : null;
    }

    private static String name(Scene scene, SceneObject object) {
        boolean several = scene.objects().stream()
                        .filter(o -> o.shape() == object.shape())
                        .count()
                > 1;
        return several ? object.shape().plural() : object.shape().word();
    }

    private static boolean inside(double centre, double size) {
        return centre - size / 2 > 0.02 && centre + size / 2 < 0.98;
    }
}
