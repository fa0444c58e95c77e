package stipple.eval.card;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;

/**
 * What the suites say of a model, for its card.
 *
 * @param model name of the model
 * @param hash of its weights
 * @param parts a suite each, in the order in which they were run
 */
public record Scorecard(String model, String hash, List<Part> parts) {
    private static final String DISTANCE = "Fréchet";

    /** Copies the list. */
    public Scorecard {
        parts = List.copyOf(parts);
    }

    /**
     * A suite's figures.
     *
     * @param suite its name in the card, where one suite may stand with several sets
     * @param command what gives them again
     * @param seconds that it took, those of pictures that were there already left out
     * @param figures of the model
     * @param judge of the judge on known pictures
     */
    public record Part(String suite, String command, double seconds, List<Figure> figures, List<Figure> judge) {
        /** Copies the lists. */
        public Part {
            figures = List.copyOf(figures);
            judge = List.copyOf(judge);
        }

        /** What a card quotes of a report: scores with intervals, and distances; statistics stay in the report. */
        public static Part of(String suite, EvalReport report, String command, double seconds) {
            return new Part(suite, command, seconds, quoted(report.figures()), quoted(report.judge()));
        }

        private static List<Figure> quoted(List<Figure> figures) {
            return figures.stream()
                    .filter(f -> f.interval() != null || f.name().startsWith(DISTANCE))
                    .toList();
        }
    }

    /** The figures of a command, if it was run. */
    public Optional<Part> part(String command) {
        return parts.stream().filter(part -> part.command().equals(command)).findFirst();
    }

    /** The same card with a suite's figures, which replace earlier ones of that suite. */
    public Scorecard with(Part part) {
        List<Part> all = new ArrayList<>(parts);
        all.removeIf(other -> other.suite().equals(part.suite()));
        all.add(part);
        return new Scorecard(model, hash, all);
    }
}
