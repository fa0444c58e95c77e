package stipple.data.emoji;

import java.util.List;

/** Kinds of edits between emoji pictures, with the words of their instructions. {@code %s} is what is asked for. */
@SuppressWarnings("ImmutableEnumChecker") // the lists come from List.of
enum EditKind {
    /** Another skin tone, everything else equal. */
    SKIN_TONE(
            "skin_tone",
            List.of("change the skin tone to %s", "make the skin %s", "give it %s skin", "use a %s skin tone"),
            List.of("把肤色改成%s", "换成%s")),
    /** The same subject in another style. */
    STYLE(
            "style",
            List.of("redraw it in %s", "change it to %s", "turn it into %s", "same picture in %s", "make it %s"),
            List.of("改成%s", "用%s重画")),
    /** Colour for a drawing in black and white. */
    COLOURISE(
            "colourise",
            List.of("colour this drawing in %s", "add colour, %s", "colourise it, %s", "fill it with colour in %s"),
            List.of("给它上色，%s", "涂上颜色，%s")),
    /** Another gender of the person. */
    GENDER(
            "gender",
            List.of("make it a %s", "change the person to a %s", "turn the person into a %s", "show a %s instead"),
            List.of("改成%s", "把人物换成%s")),
    /** The subject turned round. */
    FACING(
            "facing",
            List.of("make it face %s", "turn it to the %s", "let it look to the %s", "change the direction to the %s"),
            List.of("让它朝%s", "转向%s")),
    /** Another colour of the subject. */
    RECOLOUR(
            "recolour",
            List.of("make it %s", "change the colour to %s", "paint it %s", "recolour it in %s", "turn it %s"),
            List.of("改成%s", "把颜色换成%s")),
    /** Left and right exchanged. */
    MIRROR(
            "mirror",
            List.of("mirror the picture", "flip it horizontally", "mirror it left to right", "show its mirror image"),
            List.of("左右翻转", "水平镜像"));

    private final String id;
    private final List<String> templates;
    private final List<String> chinese;

    EditKind(String id, List<String> templates, List<String> chinese) {
        this.id = id;
        this.templates = templates;
        this.chinese = chinese;
    }

    String id() {
        return id;
    }

    List<String> english(String what) {
        return templates.stream().map(t -> t.replace("%s", what)).toList();
    }

    List<String> chinese(String what) {
        return chinese.stream().map(t -> t.replace("%s", what)).toList();
    }
}
