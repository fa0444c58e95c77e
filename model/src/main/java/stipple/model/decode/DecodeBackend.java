package stipple.model.decode;

import java.util.ArrayList;
import java.util.List;
import stipple.model.text.PromptRow;

/**
 * Runs the token loop of any number of pictures side by side (reference §2.10): prompts are read once and may be shared,
 * pictures continue them, and one call advances a mix of pictures by one token each, whatever their sizes, prompts,
 * guidance and samplers.
 *
 * <p>All calls come from one thread. A picture must not depend on its company: in float32 its tokens are the same bit for
 * bit whoever else is in the list; in other types within their rounding.
 */
public interface DecodeBackend extends AutoCloseable {
    /** What computes, for people: such as {@code libtorch}. */
    String name();

    /** Bytes of keys and values that one position of one row takes. */
    long bytesPerPosition();

    /** Waits until what was asked for is done; only time measurements care. */
    default void await() {}

    /** Whether every picture keeps the keys and values of its prompts once more, as long as the longest in each row. */
    default boolean copiesPrompts() {
        return false;
    }

    /** Whether several pictures in one call cost less than one call each. */
    boolean gainsFromCompany();

    /**
     * Reads a prompt.
     *
     * @param row its ids, without padding, placeholders included
     * @param images tokens for the placeholders, one after the other, {@code [k * token]}; empty if there are none
     * @return the prompt, held once by the caller
     */
    Prompt read(PromptRow row, float[] images);

    /** A prompt to be read; the parts are those of {@link #read}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared by equals
    record Reading(PromptRow row, float[] images) {}

    /**
     * Reads several prompts, with no other result than one after the other. If one cannot be read, none is.
     *
     * @return the prompts in that order, each held once by the caller
     */
    default List<Prompt> readAll(List<Reading> readings) {
        List<Prompt> prompts = new ArrayList<>();
        try {
            for (Reading reading : readings) {
                prompts.add(read(reading.row(), reading.images()));
            }
        } catch (RuntimeException e) {
            prompts.forEach(Prompt::release);
            throw e;
        }
        return prompts;
    }

    /**
     * Begins a picture.
     *
     * @param branches the prompts of its guidance branches: conditional, image + negative, negative; each is held by the
     *     picture until it is closed. They must come from this backend
     * @param tokens image tokens to draw
     * @param first index of the first of them in the picture, above zero when the first ones are given
     */
    Picture begin(List<Prompt> branches, int tokens, int first);

    /**
     * Draws the next token of every picture in the list. A failure that concerns one picture is left in its
     * {@link TokenDraw}; an exception means that all of them are lost.
     */
    void advance(List<TokenDraw> draws);

    /** Frees what the backend itself holds; all prompts and pictures are closed by then. */
    @Override
    void close();

    /** A picture being drawn: its keys and values and its last hidden states. */
    interface Picture extends AutoCloseable {
        /** Guidance branches. */
        int branches();

        @Override
        void close();
    }
}
