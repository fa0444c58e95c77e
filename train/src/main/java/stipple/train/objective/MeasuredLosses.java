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
import stipple.torch.Tensors;
import stipple.train.data.Seeds;

/** Losses of held-out rows, batch after batch. Times and noise are those of the seed, so figures of one run can be compared. */
final class MeasuredLosses implements AutoCloseable {
    /** Mean of the logit of times for {@link Value#noisy}: half of the times are below 0.12, where a token is hardly to be seen. */
    private static final double NOISY = -2;

    private final NextStepLoss loss;
    private final int width;
    private final Rng rng;
    private final Rng noisy;
    private final Rng sameNoisy;
    private final Rng hiding;

    /**
     * Losses of a batch.
     *
     * @param image mean flow loss, with times as in the paper
     * @param noisy mean flow loss near the noise, where what the head says follows from the prompt and the tokens before
     * @param prompt the same, with the same times and noise, where a picture reads noise in place of its own tokens: what follows from the prompt and the place alone
     * @param text mean cross-entropy
     */
    record Value(double image, double noisy, double prompt, double text) {}

    MeasuredLosses(NextStepModel model, long seed) {
        this.loss = new NextStepLoss(model);
        this.width = model.config().latent().tokenWidth();
        this.rng = new Rng(Seeds.mix(seed, 2));
        this.noisy = new Rng(Seeds.mix(seed, 3));
        this.sameNoisy = new Rng(Seeds.mix(seed, 3));
        this.hiding = new Rng(Seeds.mix(seed, 4));
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
                NextStepLoss.Value hidden = loss.of(
                        rows,
                        hidden(rows),
                        n -> FlowDraws.of(sameNoisy, n, width, NOISY),
                        loss.model().backbone()::readRows);
                return new Value(
                        value.image().item(),
                        far.image().item(),
                        hidden.image().item(),
                        value.text().item());
            });
        }
    }

    /** Noise for the tokens that are learnt, the others as they are. */
    private Tensor hidden(TrainingRows rows) {
        if (rows.images() == null) {
            return null;
        }
        float[] learnt = new float[rows.targets().length];
        for (int i = 0; i < learnt.length; i++) {
            learnt[i] = rows.targets()[i] ? 1 : 0;
        }
        Tensor images = rows.images();
        Tensor chosen = Tensors.of(learnt, learnt.length, 1);
        Tensor noise = hiding.normal(learnt.length, width).mul(chosen).to(images.device());
        return images.mul(chosen.mul(-1).add(Tensors.scalar(1)).to(images.device()))
                .add(noise)
                .to(images.dtype());
    }

    @Override
    public void close() {
        rng.close();
        noisy.close();
        sameNoisy.close();
        hiding.close();
    }
}
