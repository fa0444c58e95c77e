package stipple.eval.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which answers a judge gave for which truth.
 *
 * @param name what was judged
 * @param labels the truths, which are the answers too
 * @param counts pictures by truth (rows) and answer (columns)
 */
public record Confusion(String name, List<String> labels, List<List<Integer>> counts) {
    /** Copies the lists. */
    public Confusion {
        labels = List.copyOf(labels);
        counts = counts.stream().map(List::copyOf).toList();
    }

    /**
     * Counts.
     *
     * @param truths one for each picture
     * @param answers one for each picture
     */
    public static Confusion of(String name, List<String> labels, List<String> truths, List<String> answers) {
        List<List<Integer>> counts = new ArrayList<>();
        for (String label : labels) {
            List<Integer> row = new ArrayList<>(Collections.nCopies(labels.size(), 0));
            for (int i = 0; i < truths.size(); i++) {
                if (truths.get(i).equals(label)) {
                    int column = labels.indexOf(answers.get(i));
                    row.set(column, row.get(column) + 1);
                }
            }
            counts.add(row);
        }
        return new Confusion(name, labels, counts);
    }
}
