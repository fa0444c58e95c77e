package stipple.train.pipeline;

/** An endless stream of rows in which every position can be asked for. Safe for use by many threads. */
public interface RowStream {
    /** The row at a position from 0; equal positions give equal rows. */
    TokenRow row(long position);
}
