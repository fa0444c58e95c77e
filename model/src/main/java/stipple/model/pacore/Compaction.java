package stipple.model.pacore;

import java.util.List;

/** Cuts an answer down to its conclusion: what stands behind the end of its thinking. */
public final class Compaction {
    private static final List<String> ENDS = List.of("</think>", "<|end_of_thinking|>", "</thinking>");

    private Compaction() {}

    /** The text behind the last end of thinking, all of it if there is none; empty if nothing follows. */
    public static String conclusion(String text) {
        int from = 0;
        for (String end : ENDS) {
            int at = text.lastIndexOf(end);
            from = at < 0 ? from : Math.max(from, at + end.length());
        }
        return text.substring(from).strip();
    }
}
