package stipple.train.objective;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import stipple.model.NextStepModel;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.train.objective.Objective.Losses;
import stipple.train.recipe.Recipe;

/**
 * Rows of {@code data.mixture} learnt on beside something else, with the loss of pre-training, so that what is in them is not
 * forgotten: the same number of rows for each sample of the batch.
 */
public final class Replay implements AutoCloseable {
    private final MixtureFeed feed;
    private final FeedLoss loss;
    private final int perSample;

    /** Opens the mixture of a recipe with a {@code replay}. */
    public Replay(Recipe recipe, TrainedModel model) {
        this.feed = new MixtureFeed(recipe, model.config(), model.tokenizer(), model.autoencoder());
        this.loss = new FeedLoss(recipe, model.config(), feed, recipe.replay().weight());
        this.perSample = recipe.replay().rows();
    }

    /**
     * Adds the rows' loss to another's; the graphs are gone through one after the other.
     *
     * @param first what is learnt besides
     * @param rng generator of the batch
     */
    public Losses beside(Losses first, NextStepModel model, BatchPart part, Rng rng) {
        Losses rows = loss.of(model, rowsBeside(part), rng);
        Map<String, Tensor> parts = new LinkedHashMap<>(first.parts());
        rows.parts().forEach((name, value) -> parts.put("replay_" + name, value));
        return new Losses(first.total().add(rows.total()), parts, ready -> {
            first.backward().accept(Objective.GradientsReady.UNHEARD);
            rows.backward().accept(ready);
        });
    }

    private BatchPart rowsBeside(BatchPart part) {
        long[] rows = Arrays.stream(part.positions())
                .flatMap(position -> LongStream.range(position * perSample, (position + 1) * perSample))
                .toArray();
        return new BatchPart(rows, part.from() * perSample, part.count() * perSample);
    }

    /** What the rows beside a sample cost. */
    public Workload workload(TrainedModel model) {
        return model.workload(perSample * feed.textTokens(), perSample * feed.imageTokens());
    }

    /** What came up since this was last asked. */
    public List<String> news() {
        return feed.news();
    }

    /** Seconds for which rows were waited for. */
    public double waitedSeconds() {
        return feed.waitedSeconds();
    }

    @Override
    public void close() {
        feed.close();
    }
}
