package stipple.eval.card;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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
     * @param inputs what lay in the folders that were read, by folder; null in cards of older versions
     */
    public record Part(
            String suite,
            String command,
            double seconds,
            List<Figure> figures,
            List<Figure> judge,
            Map<String, String> inputs) {
        /** Copies the lists. */
        public Part {
            figures = List.copyOf(figures);
            judge = List.copyOf(judge);
            inputs = inputs == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        }

        /** What a card quotes of a report: scores with intervals, and distances; statistics stay in the report. */
        public static Part of(
                String suite, EvalReport report, String command, double seconds, Map<String, String> inputs) {
            return new Part(suite, command, seconds, quoted(report.figures()), quoted(report.judge()), inputs);
        }

        /**
         * Why these figures are not those of what lies in the folders now.
         *
         * @param now what lies there
         * @return empty if they are
         */
        public Optional<String> outdated(Map<String, String> now) {
            if (inputs == null) {
                return now.isEmpty()
                        ? Optional.empty()
                        : Optional.of("the card does not tell from what its figures are");
            }
            List<String> changed = Stream.concat(now.keySet().stream(), inputs.keySet().stream())
                    .distinct()
                    .filter(folder -> !Objects.equals(now.get(folder), inputs.get(folder)))
                    .toList();
            return changed.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", changed) + " changed since");
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
