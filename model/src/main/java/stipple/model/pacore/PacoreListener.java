package stipple.model.pacore;

/** Hears how far the work is. Calls come one at a time, from any thread. */
public interface PacoreListener {
    /** For those who only want the result. */
    PacoreListener NONE = new PacoreListener() {};

    /** A round begins; so many of its answers come from the journal. */
    default void began(int round, int answers, int known) {}

    /** An answer arrived. */
    default void answered(int round, int index, Trajectory answer) {}

    /** An answer could not be had. */
    default void failed(int round, int index, String reason) {}

    /** A piece of the last answer, or {@code null} where it begins again. */
    default void piece(String text) {}
}
