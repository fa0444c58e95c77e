package stipple.model.generate;

/** What a scheduler has done so far. Belongs to its thread. */
final class DrawCounters {
    private long tokens;
    private long evaluations;
    private long pictures;
    private long finished;
    private long cancelled;
    private long failed;

    void token(int headEvaluations) {
        tokens++;
        evaluations += headEvaluations;
    }

    void picture() {
        pictures++;
    }

    void ended(DrawingOutcome outcome) {
        switch (outcome) {
            case DrawingOutcome.Finished done -> finished++;
            case DrawingOutcome.Cancelled gone -> cancelled++;
            case DrawingOutcome.Failed broken -> failed++;
        }
    }

    long tokens() {
        return tokens;
    }

    long evaluations() {
        return evaluations;
    }

    long pictures() {
        return pictures;
    }

    long finished() {
        return finished;
    }

    long cancelled() {
        return cancelled;
    }

    long failed() {
        return failed;
    }
}
