package stipple.model.generate;

import java.util.List;
import stipple.model.text.PaddedRows;
import stipple.model.text.PromptRow;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** Prompt rows in guidance blocks, padded, with the tokens of input pictures; shared by all pictures of a request. */
final class PreparedPrompt implements AutoCloseable {
    private final Scope owner = Scope.detached();
    private final PaddedRows rows;
    private final Tensor images;

    /**
     * Pads the rows.
     *
     * @param images tokens of the pictures in the rows, {@code [k, token]}, or null
     */
    PreparedPrompt(List<PromptRow> rows, int pad, Tensor images) {
        this.rows = PaddedRows.left(rows, pad);
        this.images = images == null ? null : owner.adopt(images);
    }

    long[][] ids() {
        return rows.ids();
    }

    long[][] mask() {
        return rows.mask();
    }

    Tensor images() {
        return images;
    }

    int length() {
        return rows.length();
    }

    @Override
    public void close() {
        owner.close();
    }
}
