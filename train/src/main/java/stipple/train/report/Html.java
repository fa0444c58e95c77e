package stipple.train.report;

/** Text in pages. */
final class Html {
    private Html() {}

    /** Text that means itself, between tags and within quotes. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
