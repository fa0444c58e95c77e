package stipple.eval.text;

import java.util.List;

/** Makes vectors of sentences. */
public interface SentenceEncoder extends AutoCloseable {
    /** Its name; vectors of encoders of different names must not be mixed. */
    String name();

    /** Vectors of length 1, in the order of the sentences. */
    float[][] encode(List<String> sentences);

    @Override
    void close();
}
