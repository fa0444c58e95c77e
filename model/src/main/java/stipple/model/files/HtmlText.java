package stipple.model.files;

/** Text in HTML pages. */
public final class HtmlText {
    private HtmlText() {}

    /** Text that means itself, between tags and within quotes. */
    public static String of(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
