package stipple.data.composition;

import java.util.Locale;
import stipple.data.DataException;

/** How the first of two objects lies to the second, as the viewer sees it. */
public enum Relation {
    /** The first is on the viewer's left. */
    LEFT_OF("left_of", "to the left of", "左边"),
    /** The first is on the viewer's right. */
    RIGHT_OF("right_of", "to the right of", "右边"),
    /** The first is higher in the picture. */
    ABOVE("above", "above", "上方"),
    /** The first is lower in the picture. */
    BELOW("below", "below", "下方");

    private final String id;
    private final String words;
    private final String chinese;

    Relation(String id, String words, String chinese) {
        this.id = id;
        this.words = words;
        this.chinese = chinese;
    }

    /** The name in files. */
    public String id() {
        return id;
    }

    /** The English words between the two objects. */
    public String words() {
        return words;
    }

    /** The Chinese word for the side. */
    public String chinese() {
        return chinese;
    }

    /** The relation of the second object to the first. */
    public Relation inverse() {
        return switch (this) {
            case LEFT_OF -> RIGHT_OF;
            case RIGHT_OF -> LEFT_OF;
            case ABOVE -> BELOW;
            case BELOW -> ABOVE;
        };
    }

    /**
     * The relation between two centres: the axis on which they are farther apart decides.
     *
     * @param dx first x minus second x
     * @param dy first y minus second y, growing downwards
     */
    public static Relation between(double dx, double dy) {
        if (Math.abs(dx) >= Math.abs(dy)) {
            return dx < 0 ? LEFT_OF : RIGHT_OF;
        }
        return dy < 0 ? ABOVE : BELOW;
    }

    /** The relation with this id. */
    public static Relation ofId(String id) {
        for (Relation relation : values()) {
            if (relation.id.equals(id.toLowerCase(Locale.ROOT))) {
                return relation;
            }
        }
        throw new DataException("no relation '" + id + "'; known: left_of, right_of, above, below");
    }
}
