package stipple.data.composition;

import java.util.Locale;
import stipple.data.DataException;

/** The six classes of prompts (those of GenEval). */
public enum SceneClass {
    /** {@code a star on a cream background}: a shape on a ground. */
    ONE_OBJECT("one_object", 0.3),
    /** {@code a star and a circle}: two different shapes. */
    TWO_OBJECTS("two_objects", 0.2),
    /** {@code three stars}: a number of equal shapes. */
    COUNTING("counting", 0.25),
    /** {@code a red star}: a shape and a colour. */
    COLOURS("colours", 0.2),
    /** {@code a star to the left of a circle}: two different shapes and how they lie. */
    POSITIONS("positions", 0.2),
    /** {@code a red star and a blue circle}: two different shapes, each with its own colour. */
    BINDING("binding", 0.2);

    private final String id;
    private final double testShare;

    SceneClass(String id, double testShare) {
        this.id = id;
        this.testShare = testShare;
    }

    /** The name in files, such as {@code two_objects}. */
    public String id() {
        return id;
    }

    /** The share of the class's combinations that training never sees. */
    public double testShare() {
        return testShare;
    }

    /** The class with this id. */
    public static SceneClass ofId(String id) {
        for (SceneClass type : values()) {
            if (type.id.equals(id.toLowerCase(Locale.ROOT))) {
                return type;
            }
        }
        throw new DataException("no class of scenes '" + id
                + "'; known: one_object, two_objects, counting, colours, positions, binding");
    }
}
