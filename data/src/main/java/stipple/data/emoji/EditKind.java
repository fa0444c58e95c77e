package stipple.data.emoji;

import java.util.ArrayList;
import java.util.List;
import stipple.data.caption.Sentences;

/** Kinds of edits between emoji pictures, with the words of their instructions. {@code %s} is what is asked for. */
@SuppressWarnings("ImmutableEnumChecker") // the lists come from List.of
enum EditKind {
    /** Another skin tone, everything else equal. */
    SKIN_TONE(
            "skin_tone",
            List.of("change the skin tone to %s", "make the skin %s", "give it %s skin", "use a %s skin tone"),
            List.of("把肤色改成%s", "换成%s"),
            "Keep the pose, the clothes and the style.",
            "姿势、衣着和风格保持不变"),
    /** The same subject in another style. */
    STYLE(
            "style",
            List.of("redraw it in %s", "change it to %s", "turn it into %s", "same picture in %s", "make it %s"),
            List.of("改成%s", "用%s重画"),
            "Keep what is shown and change only how it is drawn.",
            "内容保持不变，只改变画法"),
    /** Colour for a drawing in black and white. */
    COLOURISE(
            "colourise",
            List.of("colour this drawing in %s", "add colour, %s", "colourise it, %s", "fill it with colour in %s"),
            List.of("给它上色，%s", "涂上颜色，%s"),
            "Keep what is shown and give it colours.",
            "内容保持不变，只添加颜色"),
    /** Another gender of the person. */
    GENDER(
            "gender",
            List.of("make it a %s", "change the person to a %s", "turn the person into a %s", "show a %s instead"),
            List.of("改成%s", "把人物换成%s"),
            "Keep what the person does and the style.",
            "动作和风格保持不变"),
    /** The subject turned round. */
    FACING(
            "facing",
            List.of("make it face %s", "turn it to the %s", "let it look to the %s", "change the direction to the %s"),
            List.of("让它朝%s", "转向%s"),
            "Keep the subject and the style.",
            "主体和风格保持不变"),
    /** Another colour of the subject. */
    RECOLOUR(
            "recolour",
            List.of("make it %s", "change the colour to %s", "paint it %s", "recolour it in %s", "turn it %s"),
            List.of("改成%s", "把颜色换成%s"),
            "Keep the shape and the style.",
            "形状和风格保持不变"),
    /** Left and right exchanged. */
    MIRROR(
            "mirror",
            List.of("mirror the picture", "flip it horizontally", "mirror it left to right", "show its mirror image"),
            List.of("左右翻转", "水平镜像"),
            "Exchange left and right and keep everything else.",
            "其他保持不变");

    private final String id;
    private final List<String> templates;
    private final List<String> chinese;
    private final String kept;
    private final String keptInChinese;

    EditKind(String id, List<String> templates, List<String> chinese, String kept, String keptInChinese) {
        this.id = id;
        this.templates = templates;
        this.chinese = chinese;
        this.kept = kept;
        this.keptInChinese = keptInChinese;
    }

    String id() {
        return id;
    }

    List<String> english(String what) {
        return templates.stream().map(t -> t.replace("%s", what)).toList();
    }

    /** Instructions that say what the pictures show and what stays. */
    List<String> englishLong(String what, String source, String target) {
        List<String> all = english(what);
        String after = target.equals(source) ? "" : " Then it shows " + target + ".";
        return List.of(
                Sentences.of(all.getFirst()) + " " + kept,
                "The picture shows " + source + ". " + Sentences.of(all.get(1)) + after + " " + kept);
    }

    /** Short instructions, then one that says what stays. */
    List<String> chinese(String what) {
        List<String> all = new ArrayList<>();
        chinese.forEach(template -> all.add(template.replace("%s", what)));
        all.add(all.getFirst() + "，" + keptInChinese);
        return all;
    }
}
