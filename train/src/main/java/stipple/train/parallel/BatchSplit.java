package stipple.train.parallel;

import stipple.torch.UserException;

/**
 * How a batch is cut: into {@code accumulate} parts one after the other, each of these into equal contiguous parts for the
 * processes.
 *
 * @param batch samples per step, over all processes
 * @param accumulate parts computed one after the other
 * @param size processes
 */
public record BatchSplit(int batch, int accumulate, int size) {
    /** Checks that the parts come out even. */
    public BatchSplit {
        if (batch % ((long) accumulate * size) != 0) {
            throw new UserException("Recipe: batch (" + batch + ") must be a multiple of accumulate (" + accumulate
                    + ") times WORLD_SIZE (" + size + "); the batch is shared out to all processes");
        }
    }

    /** Samples that one process computes at a time. */
    public int count() {
        return batch / (accumulate * size);
    }

    /** First sample of a part within its batch. */
    public int from(int micro, int rank) {
        return (micro * size + rank) * count();
    }
}
