package stipple.model;

import stipple.model.backbone.Backbone;
import stipple.model.config.ModelConfig;
import stipple.model.flow.FlowHead;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * NextStep without its image tokenizer: the backbone, the two projectors between token space and hidden space, the flow
 * head that samples the next image token, and the language head that predicts text (reference §2).
 *
 * <p>A view of its weights; whoever made those closes them.
 */
public final class NextStepModel {
    private final ModelConfig config;
    private final Weights weights;
    private final Backbone backbone;
    private final FlowHead head;
    private final Linear imageIn;
    private final Linear imageOut;
    private final Linear lmHead;
    private final Linear beforeLmHead;
    private final Tensor genPosEmbed;

    /**
     * Builds the network over weights in the released naming.
     *
     * @param compute type of the activations
     */
    public NextStepModel(ModelConfig config, Weights weights, DType compute) {
        this.config = config;
        this.weights = weights;
        backbone = new Backbone(config.backbone(), weights, compute);
        head = new FlowHead(config.flowHead(), weights, compute);
        imageIn = Linear.of(weights, "image_in_projector");
        imageOut = Linear.of(weights, "image_out_projector");
        lmHead = Linear.of(weights, config.backbone().tied() ? "embed_tokens" : "lm_head");
        beforeLmHead = config.useMlpBeforeLmHead() ? Linear.of(weights, "before_lm_head") : null;
        genPosEmbed = config.useGenPosEmbed() ? weights.get("gen_pos_embed") : null;
    }

    /** What the model is. */
    public ModelConfig config() {
        return config;
    }

    /** The weights that this is a view of. */
    public Weights weights() {
        return weights;
    }

    /** The transformer. */
    public Backbone backbone() {
        return backbone;
    }

    /** The flow-matching head. */
    public FlowHead head() {
        return head;
    }

    /**
     * Embeds rows of text and image tokens: placeholders take the projected image tokens in row-major order.
     *
     * @param ids {@code [rows][tokens]}
     * @param images {@code [k, token]} for k placeholders, or null if there are none
     * @return {@code [rows, tokens, hidden]}
     * @throws IllegalArgumentException if the number of placeholders is not k
     */
    public Tensor embed(long[][] ids, Tensor images) {
        int rows = ids.length;
        int tokens = ids[0].length;
        long[] flat = new long[rows * tokens];
        long[] slots = new long[flat.length];
        int found = 0;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < tokens; i++) {
                int at = row * tokens + i;
                flat[at] = ids[row][i];
                if (flat[at] == config.tokens().imagePlaceholder()) {
                    slots[found++] = at;
                }
            }
        }
        long given = images == null ? 0 : images.size(0);
        if (given != found) {
            throw new IllegalArgumentException(
                    "The rows have " + found + " image placeholders, " + given + " image tokens were given");
        }
        Tensor text = backbone.embed(Tensors.of(flat, flat.length));
        if (found > 0) {
            Tensor where =
                    Tensors.of(java.util.Arrays.copyOf(slots, found), found).to(backbone.device());
            text = text.indexCopy(0, where, embedImage(images));
        }
        return text.reshape(rows, tokens, -1);
    }

    /** Projects image tokens {@code [..., token]} to {@code [..., hidden]}. */
    public Tensor embedImage(Tensor tokens) {
        return imageIn.apply(tokens.to(backbone.device()).to(backbone.compute()));
    }

    /** Projects hidden states {@code [..., hidden]} to conditions of the head. */
    public Tensor condition(Tensor hidden) {
        return imageOut.apply(hidden);
    }

    /** Text logits, float32 {@code [..., vocab]}, of final-normed hidden states. */
    public Tensor logits(Tensor hidden) {
        Tensor h = beforeLmHead == null ? hidden : beforeLmHead.apply(hidden);
        return lmHead.apply(h).to(DType.F32);
    }

    /**
     * Adds the generation position of an image token to hidden states, if this checkpoint uses such a table (§2.10).
     *
     * @param hidden {@code [rows, hidden]}
     * @param index which image token is to be sampled from them
     */
    public Tensor withGenerationPosition(Tensor hidden, long index) {
        if (genPosEmbed == null) {
            return hidden;
        }
        requireGenerationPosition(index);
        try (Scope scope = Scope.open()) {
            Tensor position = genPosEmbed.select(0, 0).narrow(0, index, 1).to(hidden.dtype());
            return scope.keep(hidden.add(position));
        }
    }

    /** The table of generation positions, {@code [1, positions, hidden]}, or null if this checkpoint uses none (§2.10). */
    public Tensor generationPositions() {
        return genPosEmbed;
    }

    /**
     * Checks that an image token has a generation position, if this checkpoint uses such a table.
     *
     * @throws UserException if the picture is too large for the table
     */
    public void requireGenerationPosition(long index) {
        if (genPosEmbed != null && index >= genPosEmbed.size(1)) {
            throw new UserException("This checkpoint knows the positions of " + genPosEmbed.size(1)
                    + " image tokens, the picture has more; use a smaller size");
        }
    }
}
