package stipple.train.objective;

import java.util.List;
import java.util.Map;
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

    /** What came up since this was last asked, a line each. */
    default List<String> news() {
        return List.of();
    }

    /** The share of a batch's rows that each category has, empty if there is only one kind. */
    default Map<String, Double> shares(long[] positions) {
        return Map.of();
    }

    /** Seconds for which rows were waited for. */
    default double waitedSeconds() {
        return 0;
    }

    @Override
    void close();
}
