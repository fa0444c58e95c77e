package stipple.train.objective;

import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.RowsPass;
import stipple.model.loss.FlowDraws;
import stipple.model.loss.NextStepLoss;
import stipple.model.loss.TrainingRows;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.data.Seeds;

/** Losses of held-out rows, batch after batch. Times and noise are those of the seed, so figures of one run can be compared. */
final class MeasuredLosses implements AutoCloseable {
    /** Mean of the logit of times for {@link Value#noisy}: half of the times are below 0.12, where a token is hardly to be seen. */
    private static final double NOISY = -2;

    private final NextStepLoss loss;
    private final int width;
    private final Rng rng;
    private final Rng noisy;

    /**
     * Losses of a batch.
     *
     * @param image mean flow loss, with times as in the paper
     * @param noisy mean flow loss near the noise, where what the head says follows from the prompt and the tokens before
     * @param text mean cross-entropy
     */
    record Value(double image, double noisy, double text) {}

    MeasuredLosses(NextStepModel model, long seed) {
        this.loss = new NextStepLoss(model);
        this.width = model.config().latent().tokenWidth();
        this.rng = new Rng(Seeds.mix(seed, 2));
        this.noisy = new Rng(Seeds.mix(seed, 3));
    }

    Value of(TrainingRows rows) {
        try (Scope scope = Scope.open()) {
            return Autograd.off(() -> {
                List<Tensor> read = new ArrayList<>();
                // What the backbone says does not depend on times and noise: it reads the rows once for both.
                RowsPass once = (embeds, lengths) -> {
                    if (read.isEmpty()) {
                        read.add(loss.model().backbone().readRows(embeds, lengths));
                    }
                    return read.getFirst();
                };
                NextStepLoss.Value value = loss.of(rows, n -> FlowDraws.of(rng, n, width), once);
                NextStepLoss.Value far = loss.of(rows, n -> FlowDraws.of(noisy, n, width, NOISY), once);
                return new Value(
                        value.image().item(), far.image().item(), value.text().item());
            });
        }
    }

    @Override
    public void close() {
        rng.close();
        noisy.close();
    }
}
