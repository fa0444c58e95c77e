package stipple.eval.verify;

/** Recomputes one kind of recorded evaluation. */
interface CheckGroup {
    /** What the keys of this group begin with. */
    String prefix();

    /** Recomputes what the recording holds of this group; only called if there is a key with the prefix. */
    void run(Replay replay);
}
