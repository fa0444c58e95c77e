package stipple.model.pacore;

import java.util.List;

/**
 * What came out.
 *
 * @param answer the conclusion of the last answer
 * @param conclusions those of each round before it, in the order in which the next round saw them
 * @param calls answers that were had, those of the journal included
 * @param failed answers that could not be had
 * @param promptTokens tokens read by all answers, 0 if nobody counted
 * @param tokens tokens written by all answers, 0 if nobody counted
 */
public record PacoreResult(
        String answer, List<List<String>> conclusions, int calls, int failed, long promptTokens, long tokens) {
    /** Copies the lists. */
    public PacoreResult {
        conclusions = conclusions.stream().map(List::copyOf).toList();
    }
}
