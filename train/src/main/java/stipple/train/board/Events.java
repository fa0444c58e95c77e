package stipple.train.board;

import java.time.Instant;

/** Events as TensorBoard reads them, framed as records. */
public final class Events {
    private static final String VERSION = "brain.Event:2";
    private static final int START = 1;

    private Events() {}

    /** The first event of every file. */
    public static byte[] header(Instant time) {
        return TensorRecord.of(event(time).text(3, VERSION).bytes());
    }

    /** Says that a run goes on at a step: what earlier files say about later steps is void. */
    public static byte[] restart(Instant time, long step) {
        Proto session = new Proto().integer(1, START);
        return TensorRecord.of(event(time).integer(2, step).message(7, session).bytes());
    }

    /** Values of a step. */
    public static byte[] summary(Instant time, long step, Summary summary) {
        return TensorRecord.of(
                event(time).integer(2, step).message(5, summary.proto()).bytes());
    }

    private static Proto event(Instant time) {
        return new Proto().number(1, time.getEpochSecond() + time.getNano() / 1e9);
    }
}
