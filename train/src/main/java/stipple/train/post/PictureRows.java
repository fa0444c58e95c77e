package stipple.train.post;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import stipple.model.NextStepModel;
import stipple.model.text.PromptRow;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Prompts, each followed by the tokens of its picture, to read all of them in one parallel pass. The prompts are those that
 * the model is drawn with, so the pass sees what drawing token by token sees.
 *
 * @param ids {@code [rows][tokens]}, padded on the right, which changes nothing under a causal mask
 * @param slots flat indices of the slots that predict the image tokens, row by row
 * @param tokens image tokens float32 {@code [rows * n, token]}
 * @param perRow image tokens of a row
 */
public record PictureRows(long[][] ids, long[] slots, Tensor tokens, int perRow) {
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
        for (int r = 0; r < ids.length; r++) {
            int[] prompt = prompts.get(r).ids();
            Arrays.fill(ids[r], pad);
            for (int i = 0; i < prompt.length; i++) {
                ids[r][i] = prompt[i];
            }
            Arrays.fill(ids[r], prompt.length, prompt.length + n, placeholder);
            for (int i = 0; i < n; i++) {
                slots[r * n + i] = (long) r * longest + prompt.length - 1 + i;
            }
        }
        return new PictureRows(ids, slots, tokens.reshape((long) ids.length * n, -1), n);
    }

    /**
     * The conditions of the flow head for every image token, with gradients.
     *
     * @return {@code [rows * n, hidden]}
     */
    public Tensor conditions(NextStepModel model) {
        return conditions(model, plain(model));
    }

    /**
     * The same with another way through the backbone.
     *
     * @param pass maps embeddings {@code [rows, tokens, hidden]} to hidden states of the same shape
     */
    public Tensor conditions(NextStepModel model, UnaryOperator<Tensor> pass) {
        Tensor hidden = pass.apply(model.embed(ids, tokens));
        Tensor flat = hidden.reshape(-1, hidden.size(-1));
        return model.condition(
                flat.indexSelect(0, Tensors.of(slots, slots.length).to(flat.device())));
    }

    /** The plain way through the backbone of a model. */
    public static UnaryOperator<Tensor> plain(NextStepModel model) {
        return embeds -> model.backbone().forward(embeds, null);
    }

    /** Number of rows. */
    public int rows() {
        return ids.length;
    }
}
