package stipple.eval.verify;

/**
 * The outcome of one check.
 *
 * @param name key of the recorded tensor, or of what could not be checked
 * @param maxAbs largest absolute error; NaN if nothing could be compared
 * @param maxRel the same over the largest magnitude of the recorded tensor
 * @param tolerance largest {@code maxRel} that passes
 * @param passed whether it does
 * @param note what else there is to say, empty if nothing
 */
public record CheckResult(String name, double maxAbs, double maxRel, double tolerance, boolean passed, String note) {
    /** A check that could not be made, which counts as a failure. */
    static CheckResult failed(String name, String note) {
        return new CheckResult(name, Double.NaN, Double.NaN, Double.NaN, false, note);
    }

    /** The same outcome with a remark. */
    CheckResult withNote(String remark) {
        return new CheckResult(name, maxAbs, maxRel, tolerance, passed, note.isEmpty() ? remark : note + "; " + remark);
    }

    /** Whether values were compared at all. */
    public boolean compared() {
        return !Double.isNaN(tolerance);
    }
}
