package stipple.model.generate;

/** How a request ended. */
public sealed interface DrawingOutcome {
    /** All its pictures are complete. */
    record Finished() implements DrawingOutcome {}

    /** Somebody cancelled it; pictures that were complete by then were delivered. */
    record Cancelled() implements DrawingOutcome {}

    /**
     * It could not be drawn.
     *
     * @param cause a {@link stipple.torch.UserException} if the request itself was the reason
     */
    record Failed(RuntimeException cause) implements DrawingOutcome {}
}
