package stipple.model.generate;

/**
 * Hears about one request. Calls come one at a time and in order, on threads of their own: a slow listener holds up nobody,
 * it only gets its events later, and of the {@linkplain Previews#replaceable() replaceable} previews that pile up meanwhile the
 * newest of each picture.
 */
public interface DrawingListener {
    /** Something happened. */
    void event(GenerationEvent event);

    /** The request is over; called once, and nothing follows. */
    void ended(DrawingOutcome outcome);
}
