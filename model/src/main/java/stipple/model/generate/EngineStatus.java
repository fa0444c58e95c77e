package stipple.model.generate;

/**
 * What an engine is doing and has done, as of its last turn.
 *
 * @param backend what computes, such as {@code libtorch}
 * @param waiting requests of which no picture has begun
 * @param drawing pictures being drawn
 * @param cacheBytes memory of keys and values in use
 * @param limits what it takes on
 * @param tokens image tokens drawn since it started
 * @param evaluations evaluations of the flow head since it started
 * @param promptsRead prompts read since it started; those that were shared count once
 * @param pictures pictures completed since it started
 * @param finished requests completed
 * @param cancelled requests cancelled
 * @param failed requests that failed
 */
public record EngineStatus(
        String backend,
        int waiting,
        int drawing,
        long cacheBytes,
        EngineLimits limits,
        long tokens,
        long evaluations,
        long promptsRead,
        long pictures,
        long finished,
        long cancelled,
        long failed) {}
