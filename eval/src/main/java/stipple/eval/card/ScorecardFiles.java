package stipple.eval.card;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import stipple.eval.report.EvalJson;
import stipple.eval.report.Figure;
import stipple.model.files.AtomicFile;

/** A scorecard as two files: {@value #JSON} for programs, {@value #MARKDOWN} to be pasted into a model's card. */
public final class ScorecardFiles {
    /** Name of the file for programs. */
    public static final String JSON = "card.json";

    /** Name of the file for people. */
    public static final String MARKDOWN = "card.md";

    private ScorecardFiles() {}

    /** The scorecard of a folder, or the empty one given. */
    public static Scorecard read(Path folder, Scorecard empty) {
        Path file = folder.resolve(JSON);
        return Files.isRegularFile(file) ? EvalJson.read(file, Scorecard.class) : empty;
    }

    /** Writes both files. */
    public static void write(Path folder, Scorecard card) {
        AtomicFile.write(folder.resolve(JSON), EvalJson.bytes(card));
        AtomicFile.write(folder.resolve(MARKDOWN), markdown(card).getBytes(StandardCharsets.UTF_8));
    }

    /** The tables, each below the command that gives it again. */
    static String markdown(Scorecard card) {
        StringBuilder out = new StringBuilder();
        for (Scorecard.Part part : card.parts()) {
            out.append("### ").append(title(part.suite())).append("\n\n```\n");
            out.append(part.command()).append("\n```\n\n");
            rows(out, "score", part.figures());
            if (!part.judge().isEmpty()) {
                rows(out, "the judge on known pictures", part.judge());
            }
        }
        return out.toString();
    }

    private static String title(String suite) {
        return suite.substring(0, 1).toUpperCase(Locale.ROOT)
                + suite.substring(1).replace('-', ' ');
    }

    private static void rows(StringBuilder out, String head, List<Figure> figures) {
        out.append("| ").append(head).append(" | | 95 % | pictures |\n|---|---|---|---|\n");
        for (Figure figure : figures) {
            out.append("| ").append(figure.name().replace("|", "\\|"));
            out.append(" | ").append(number(figure, figure.value())).append(" | ");
            if (figure.interval() != null) {
                out.append(number(figure, figure.interval().low()))
                        .append(" to ")
                        .append(number(figure, figure.interval().high()));
            }
            out.append(" | ").append(figure.count()).append(" |\n");
        }
        out.append('\n');
    }

    private static String number(Figure figure, double value) {
        return figure.words(value) + (figure.isShare() ? " %" : "");
    }
}
