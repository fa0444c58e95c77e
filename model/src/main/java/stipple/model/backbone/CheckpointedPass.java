package stipple.model.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/**
 * One training pass with activation checkpointing: on the way there only the input of each layer is kept, on the way
 * back each layer is computed a second time. Memory for one layer's activations instead of all, for a third more
 * arithmetic; the gradients are the same to the last bit, as nothing in a layer is random. Serves one forward and one
 * backward.
 */
public final class CheckpointedPass implements RowsPass {
    private final Backbone backbone;
    private final List<Tensor> inputs = new ArrayList<>();
    private Tensor embeds;
    private Tensor last;
    private AttentionContext context;

    /** A pass through a backbone. */
    public CheckpointedPass(Backbone backbone) {
        this.backbone = backbone;
    }

    /**
     * {@inheritDoc}
     *
     * <p>What follows sees the result of the last layer as a leaf.
     */
    @Override
    public Tensor read(Tensor slots, RaggedRows rows) {
        embeds = rows.laidOut(slots);
        context = backbone.whole(rows);
        Tensor h = Autograd.detach(embeds);
        for (DecoderLayer layer : backbone.layers()) {
            inputs.add(h);
            Tensor input = h;
            try (Scope scope = Scope.open()) {
                h = scope.keep(Autograd.off(() -> layer.apply(input, context)));
            }
        }
        last = Autograd.detach(h);
        Autograd.track(last);
        return backbone.norm(last).reshape(slots.shape());
    }

    /**
     * Adds the gradients of a scalar that depends on the hidden states to the weights, from the last layer to the first.
     *
     * @param done is told how far it has come: the gradients of this layer and those above it, and of what is behind them,
     *     will not change any more; called first with the number of layers, last with 0
     */
    public void backward(Tensor loss, IntConsumer done) {
        Autograd.backward(loss);
        Tensor gradient = Autograd.gradient(last);
        done.accept(inputs.size());
        for (int i = inputs.size() - 1; i >= 0; i--) {
            try (Scope scope = Scope.open()) {
                Tensor input = Autograd.detach(inputs.get(i));
                Autograd.track(input);
                pull(backbone.layers().get(i).apply(input, context), gradient);
                gradient.close();
                gradient = scope.keep(Autograd.gradient(input));
            }
            done.accept(i);
        }
        // With adapters alone in training, nothing below the first layer wants a gradient.
        if (Autograd.tracked(embeds)) {
            pull(embeds, gradient);
        }
    }

    /** Sends a gradient back through the graph of an output: it is the gradient of their inner product. */
    private static void pull(Tensor output, Tensor gradient) {
        Autograd.backward(output.mul(gradient).sum());
    }
}
