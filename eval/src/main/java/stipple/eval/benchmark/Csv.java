package stipple.eval.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Comma-separated values (RFC 4180): fields may be quoted, and then hold commas, line ends and doubled quotes. */
final class Csv {
    private final String text;
    private final List<List<String>> rows = new ArrayList<>();
    private List<String> row = new ArrayList<>();
    private final StringBuilder field = new StringBuilder();

    private Csv(String text) {
        this.text = text;
    }

    /** All rows, the header first; blank lines are left out. */
    static List<List<String>> read(String text) {
        Csv csv = new Csv(text.startsWith("\uFEFF") ? text.substring(1) : text);
        csv.parse();
        return csv.rows;
    }

    private void parse() {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean another = i + 1 < text.length() && text.charAt(i + 1) == '"';
            if (quoted && c == '"' && another) {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (quoted) {
                field.append(c);
            } else if (c == ',') {
                endField();
            } else if (c == '\n') {
                endRow();
            } else if (c != '\r') {
                field.append(c);
            }
        }
        endRow();
    }

    private void endField() {
        row.add(field.toString());
        field.setLength(0);
    }

    private void endRow() {
        endField();
        if (row.size() > 1 || !row.getFirst().isBlank()) {
            rows.add(row);
        }
        row = new ArrayList<>();
    }
}
