package stipple.train.objective;

import java.util.List;
import stipple.model.loss.TrainingRows;
import stipple.train.pipeline.TokenRow;

/** What the model is trained on: rows by their position in an endless stream. */
interface RowFeed extends AutoCloseable {
    /** The rows at some positions of one batch. */
    List<TokenRow> rows(long[] positions);

    /** Rows of {@link #rows}, padded, with their image tokens; in the current scope. */
    TrainingRows batch(List<TokenRow> rows);

    /** The samples at some positions, for a person to look at; in the current scope. */
    Batch show(long[] positions);

    /** Tokens of a row on average that are not image tokens. */
    double textTokens();

    /** Image tokens of a row on average. */
    double imageTokens();

    @Override
    void close();
}
