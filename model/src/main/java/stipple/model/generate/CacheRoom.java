package stipple.model.generate;

import stipple.model.decode.DecodeBackend;

/** How much of the cache of keys and values requests take. Positions are those of one picture and all its branches. */
record CacheRoom(DecodeBackend backend, EngineLimits limits) {
    /** What is read of a request before it is drawn; its pictures share it. */
    long promptPositions(RequestPlan plan) {
        return plan.branches().stream()
                .mapToLong(branch -> branch.row().length())
                .sum();
    }

    /** What a picture takes beside that. */
    long ownPositions(RequestPlan plan) {
        int copied = backend.copiesPrompts()
                ? plan.branches().stream()
                        .mapToInt(branch -> branch.row().length())
                        .max()
                        .orElse(0)
                : 0;
        return (long) plan.branches().size() * (plan.tokens() + copied);
    }

    /** Bytes of a picture that shares nothing. */
    long bytesAlone(RequestPlan plan) {
        return bytes(promptPositions(plan) + ownPositions(plan));
    }

    long bytes(long positions) {
        return positions * backend.bytesPerPosition();
    }

    /** Whether more positions have room beside those that are taken. */
    boolean fits(long taken, long more) {
        return bytes(taken + more) <= limits.cacheBytes();
    }
}
