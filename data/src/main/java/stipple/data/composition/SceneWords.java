package stipple.data.composition;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Captions of scenes, in English and Chinese. */
final class SceneWords {
    private static final List<String> NUMBERS = List.of("no", "one", "two", "three", "four", "five");
    private static final List<String> CHINESE_NUMBERS = List.of("零", "一", "两", "三", "四", "五");
    private static final List<String> OPENERS = List.of(
            "a picture of %s", "a simple drawing of %s", "%s, flat shapes", "an image with %s", "%s on a plain ground");

    private SceneWords() {}

    /**
     * What a caption says of a scene besides the shapes.
     *
     * @param colours whether it names the colours
     * @param relation whether it says how two objects lie
     */
    private record Detail(boolean colours, boolean relation) {}

    /** The plain wording that prompts have and that is the first caption of every scene. */
    static String prompt(List<Wanted> wanted, Relation relation, Ground ground) {
        return english(wanted, relation) + ground(ground);
    }

    /** A prompt in every wording that captions have, the plain one first. */
    static List<String> wordings(List<Wanted> wanted, Relation relation, Ground ground) {
        String plain = english(wanted, relation);
        return Stream.concat(Stream.of("%s"), openers(ground).stream())
                .map(opener -> opener.formatted(plain) + ground(ground))
                .toList();
    }

    /** Ways to begin a caption; one of them says that the ground is plain, and so is for white alone. */
    private static List<String> openers(Ground ground) {
        return OPENERS.subList(0, OPENERS.size() - (ground == Ground.WHITE ? 0 : 1));
    }

    /** Short captions, the one of the scene's class first; all of them true. */
    static List<String> english(Scene scene, SceneClass type, RandomGenerator random) {
        Set<String> captions = new LinkedHashSet<>();
        List<Detail> details = details(scene, type);
        String ground = ground(scene.ground());
        for (Detail detail : details) {
            captions.add(english(wanted(scene, detail.colours()), relation(scene, detail)) + ground);
        }
        if (scene.objects().size() == 2 && relation(scene, details.getFirst()) != null) {
            Scene turned = scene.with(scene.objects().reversed());
            captions.add(english(wanted(turned, true), turned.relation(0, 1)) + ground);
        }
        String any = english(wanted(scene, details.getFirst().colours()), relation(scene, details.getFirst()));
        List<String> openers = openers(scene.ground());
        captions.add(openers.get(random.nextInt(openers.size())).formatted(any) + ground);
        return List.copyOf(captions);
    }

    /** Sentences that say everything: number, colours, positions, ground. */
    static List<String> englishLong(Scene scene) {
        List<SceneObject> objects = scene.objects();
        List<String> captions = new ArrayList<>();
        String onGround = "on a plain " + scene.ground().word() + " background";
        String all = english(wanted(scene, true), null);
        if (objects.size() == 2) {
            SceneObject a = objects.get(0);
            SceneObject b = objects.get(1);
            captions.add("A simple picture with two objects " + onGround + ": " + all + ". The " + a.words() + " is "
                    + scene.relation(0, 1).words() + " the " + b.words() + ".");
            captions.add("There are two objects, the " + a.words() + " " + place(a) + " and the " + b.words() + " "
                    + place(b) + ", " + onGround + ".");
        } else if (objects.size() == 1) {
            captions.add("A simple picture of " + all + " " + place(objects.getFirst()) + " of the picture, " + onGround
                    + ".");
            captions.add("There is one object, " + all + ", " + onGround + ".");
        } else {
            captions.add("A simple picture of " + all + " " + onGround + ", nothing else.");
            captions.add(
                    "There are exactly " + NUMBERS.get(objects.size()) + " objects, " + all + ", " + onGround + ".");
        }
        return captions;
    }

    /** Chinese captions, the one of the scene's class first. */
    static List<String> chinese(Scene scene, SceneClass type) {
        Set<String> captions = new LinkedHashSet<>();
        String ground =
                scene.ground() == Ground.WHITE ? "" : "，" + scene.ground().chinese() + "背景";
        for (Detail detail : details(scene, type)) {
            captions.add(chinese(wanted(scene, detail.colours()), relation(scene, detail)) + ground);
        }
        return List.copyOf(captions);
    }

    private static List<Detail> details(Scene scene, SceneClass type) {
        Detail own = new Detail(type == SceneClass.COLOURS || type == SceneClass.BINDING, type == SceneClass.POSITIONS);
        List<Detail> all = new ArrayList<>(List.of(own, new Detail(false, false), new Detail(true, false)));
        if (scene.objects().size() == 2 && type != SceneClass.COUNTING) {
            all.add(new Detail(false, true));
            all.add(new Detail(true, true));
        }
        return all;
    }

    private static Relation relation(Scene scene, Detail detail) {
        return detail.relation() && scene.objects().size() == 2 ? scene.relation(0, 1) : null;
    }

    /** The scene's objects as a prompt would name them; equal ones are counted together. */
    static List<Wanted> wanted(Scene scene, boolean colours) {
        List<Wanted> wanted = new ArrayList<>();
        for (SceneObject object : scene.objects()) {
            Optional<Colour> colour = colours ? Optional.of(object.colour()) : Optional.empty();
            int at = -1;
            for (int i = 0; i < wanted.size(); i++) {
                Wanted other = wanted.get(i);
                at = other.shape() == object.shape() && other.colour().equals(colour) ? i : at;
            }
            if (at < 0) {
                wanted.add(new Wanted(object.shape(), colour, 1));
            } else {
                wanted.set(at, new Wanted(object.shape(), colour, wanted.get(at).count() + 1));
            }
        }
        return wanted;
    }

    private static String english(List<Wanted> wanted, Relation relation) {
        List<String> parts = wanted.stream().map(SceneWords::english).toList();
        if (relation != null) {
            return parts.get(0) + " " + relation.words() + " " + parts.get(1);
        }
        return String.join(" and ", parts);
    }

    private static String english(Wanted wanted) {
        String colour = wanted.colour().map(c -> c.word() + " ").orElse("");
        if (wanted.count() > 1) {
            return NUMBERS.get(wanted.count()) + " " + colour + wanted.shape().plural();
        }
        return ("aeio".indexOf(colour.isEmpty() ? wanted.shape().word().charAt(0) : colour.charAt(0)) >= 0
                        ? "an "
                        : "a ")
                + colour
                + wanted.shape().word();
    }

    private static String chinese(List<Wanted> wanted, Relation relation) {
        if (relation != null) {
            return chinese(wanted.get(0)) + "在" + chinese(wanted.get(1)) + "的" + relation.chinese();
        }
        return String.join("和", wanted.stream().map(SceneWords::chinese).toList());
    }

    private static String chinese(Wanted wanted) {
        return CHINESE_NUMBERS.get(wanted.count())
                + wanted.shape().measure()
                + wanted.colour().map(c -> c.chinese() + "的").orElse("")
                + wanted.shape().chinese();
    }

    private static String ground(Ground ground) {
        return ground == Ground.WHITE ? "" : " on a " + ground.word() + " background";
    }

    /** Where an object is, in thirds of the picture. */
    private static String place(SceneObject object) {
        String row = object.y() < 0.4 ? "top" : object.y() > 0.6 ? "bottom" : "";
        String column = object.x() < 0.4 ? "left" : object.x() > 0.6 ? "right" : "";
        if (row.isEmpty() && column.isEmpty()) {
            return "in the centre";
        }
        if (row.isEmpty()) {
            return "on the " + column;
        }
        return "at the " + row + (column.isEmpty() ? "" : " " + column);
    }
}
