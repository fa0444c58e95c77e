package stipple.data.words;

/** Kinds of letters that captions tell apart. */
public enum LetterStyle {
    /** Without strokes at the ends. */
    SANS_SERIF("sans-serif", "无衬线"),
    /** With small strokes at the ends. */
    SERIF("serif", "衬线"),
    /** With block-like strokes at the ends. */
    SLAB_SERIF("slab serif", "粗衬线"),
    /** All letters equally wide. */
    MONOSPACED("monospaced", "等宽"),
    /** As with a pen. */
    HANDWRITTEN("handwritten", "手写"),
    /** Flowing, as with a brush. */
    SCRIPT("script", "花体"),
    /** With round ends. */
    ROUNDED("rounded", "圆体"),
    /** Tall and narrow. */
    NARROW("narrow", "窄体"),
    /** Of square dots. */
    PIXEL("pixel", "像素"),
    /** As in comics. */
    COMIC("comic", "漫画"),
    /** Very heavy. */
    CHUNKY("chunky", "粗胖"),
    /** As on a space ship. */
    FUTURISTIC("futuristic", "未来风格");

    private final String word;
    private final String chinese;

    LetterStyle(String word, String chinese) {
        this.word = word;
        this.chinese = chinese;
    }

    /** The English adjective, also the name in files. */
    public String word() {
        return word;
    }

    /** The Chinese adjective. */
    public String chinese() {
        return chinese;
    }
}
