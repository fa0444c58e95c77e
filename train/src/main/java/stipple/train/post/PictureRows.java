package stipple.train.post;

import java.util.Arrays;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.RaggedRows;
import stipple.model.backbone.RowsPass;
import stipple.model.text.PromptRow;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Prompts, each followed by the tokens of its picture, to read all of them in one parallel pass. The prompts are those that
 * the model is drawn with, so the pass sees what drawing token by token sees.
 *
 * @param ids {@code [rows][tokens]}, padded on the right
 * @param read the slots of each row that are read, all but its last image token, which predicts nothing
 * @param slots which of the slots that are read predict the image tokens, row by row
 * @param tokens image tokens float32 {@code [rows * n, token]}
 * @param perRow image tokens of a row
 */
public record PictureRows(long[][] ids, RaggedRows read, long[] slots, Tensor tokens, int perRow) {
    /**
     * Joins prompts and pictures.
     *
     * @param prompts ids that end with the begin of the picture
     * @param tokens {@code [rows, n, token]}
     * @param placeholder id of a slot that an image token takes
     * @param pad id that fills rows
     */
    public static PictureRows of(List<PromptRow> prompts, Tensor tokens, int placeholder, int pad) {
        int n = Math.toIntExact(tokens.size(1));
        int longest = prompts.stream().mapToInt(PromptRow::length).max().orElseThrow() + n;
        long[][] ids = new long[prompts.size()][longest];
        long[] slots = new long[prompts.size() * n];
        int[] lengths = new int[prompts.size()];
        int start = 0;
        for (int r = 0; r < ids.length; r++) {
            int[] prompt = prompts.get(r).ids();
            Arrays.fill(ids[r], pad);
            for (int i = 0; i < prompt.length; i++) {
                ids[r][i] = prompt[i];
            }
            Arrays.fill(ids[r], prompt.length, prompt.length + n, placeholder);
            for (int i = 0; i < n; i++) {
                slots[r * n + i] = (long) start + prompt.length - 1 + i;
            }
            lengths[r] = prompt.length + n - 1;
            start += lengths[r];
        }
        return new PictureRows(ids, new RaggedRows(lengths), slots, tokens.reshape((long) ids.length * n, -1), n);
    }

    /**
     * The conditions of the flow head for every image token, with gradients.
     *
     * @param pass way through the backbone
     * @return {@code [rows * n, hidden]}
     */
    public Tensor conditions(NextStepModel model, RowsPass pass) {
        return conditionsAt(model, slots, pass);
    }

    /**
     * The same for some tokens.
     *
     * @param asked which, counted through all rows
     * @return {@code [asked, hidden]}
     */
    public Tensor conditions(NextStepModel model, long[] asked, RowsPass pass) {
        return conditionsAt(
                model, Arrays.stream(asked).map(token -> slots[(int) token]).toArray(), pass);
    }

    private Tensor conditionsAt(NextStepModel model, long[] chosen, RowsPass pass) {
        Tensor hidden = pass.read(read.pick(model.embed(ids, tokens)), read);
        return model.condition(
                hidden.indexSelect(0, Tensors.of(chosen, chosen.length).to(hidden.device())));
    }

    /** The plain way through the backbone of a model. */
    public static RowsPass plain(NextStepModel model) {
        return model.backbone()::readRows;
    }

    /** Number of rows. */
    public int rows() {
        return ids.length;
    }
}
