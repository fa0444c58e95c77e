package stipple.data.composition;

import java.awt.geom.Area;
import java.util.Locale;
import stipple.data.DataException;

/**
 * The shapes and simple objects. Each is one silhouette of one colour, connected, with the ground showing through its
 * holes; no two are told apart by size or colour.
 */
public enum Shape {
    /** A disc. */
    CIRCLE("circle", "circles", "圆形", "个"),
    /** A square that stands on a side. */
    SQUARE("square", "squares", "正方形", "个"),
    /** A triangle that points up. */
    TRIANGLE("triangle", "triangles", "三角形", "个"),
    /** A star with five points. */
    STAR("star", "stars", "星星", "颗"),
    /** A heart. */
    HEART("heart", "hearts", "爱心", "颗"),
    /** A plus sign. */
    CROSS("cross", "crosses", "十字", "个"),
    /** A rhombus that stands on a point. */
    DIAMOND("diamond", "diamonds", "菱形", "个"),
    /** A disc with a round hole. */
    RING("ring", "rings", "圆环", "个"),
    /** A crescent. */
    MOON("moon", "moons", "月亮", "个"),
    /** A drop that points up. */
    DROP("drop", "drops", "水滴", "滴"),
    /** A cloud with a flat bottom. */
    CLOUD("cloud", "clouds", "云", "朵"),
    /** A house with a pitched roof, a door and a window. */
    HOUSE("house", "houses", "房子", "座"),
    /** A fir with three tiers. */
    TREE("tree", "trees", "树", "棵"),
    /** A blossom with six petals and a hole. */
    FLOWER("flower", "flowers", "花", "朵"),
    /** A fish that swims left. */
    FISH("fish", "fish", "鱼", "条"),
    /** A mushroom with dots. */
    MUSHROOM("mushroom", "mushrooms", "蘑菇", "个"),
    /** A ghost with two eyes. */
    GHOST("ghost", "ghosts", "幽灵", "个"),
    /** A round face with eyes and a smile. */
    SMILEY("smiley face", "smiley faces", "笑脸", "张"),
    /** A cup with a handle. */
    CUP("cup", "cups", "杯子", "个"),
    /** A crown with three points. */
    CROWN("crown", "crowns", "王冠", "顶");

    private final String word;
    private final String plural;
    private final String chinese;
    private final String measure;

    Shape(String word, String plural, String chinese, String measure) {
        this.word = word;
        this.plural = plural;
        this.chinese = chinese;
        this.measure = measure;
    }

    /** The English noun, also the name in files. */
    public String word() {
        return word;
    }

    /** The English plural. */
    public String plural() {
        return plural;
    }

    /** The Chinese noun. */
    public String chinese() {
        return chinese;
    }

    /** The Chinese measure word. */
    public String measure() {
        return measure;
    }

    /**
     * The silhouette in the square from -1 to 1, x to the right and y down; it touches at least two opposite sides. A
     * new object on every call.
     */
    public Area outline() {
        return ShapeOutlines.of(this);
    }

    /** The shape with this English noun. */
    public static Shape ofWord(String word) {
        for (Shape shape : values()) {
            if (shape.word.equals(word.toLowerCase(Locale.ROOT))) {
                return shape;
            }
        }
        throw new DataException("no shape '" + word + "' in the composition domain");
    }
}
