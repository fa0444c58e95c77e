package stipple.eval.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All outcomes of a replay, in order.
 *
 * @param results one per recorded tensor, and one per key that no check understands
 */
public record VerifyReport(List<CheckResult> results) {
    /** Copies the list. */
    public VerifyReport {
        results = List.copyOf(results);
    }

    /** Whether every check passed. */
    public boolean passed() {
        return failures() == 0;
    }

    /** Number of checks that failed. */
    public long failures() {
        return results.stream().filter(r -> !r.passed()).count();
    }

    /** The comparison with the largest relative error. */
    public Optional<CheckResult> worst() {
        return results.stream().filter(CheckResult::compared).max(Comparator.comparingDouble(CheckResult::maxRel));
    }
}
