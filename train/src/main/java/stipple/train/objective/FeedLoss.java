package stipple.train.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import stipple.model.NextStepModel;
import stipple.model.backbone.CheckpointedPass;
import stipple.model.config.ModelConfig;
import stipple.model.loss.FlowDraws;
import stipple.model.loss.NextStepLoss;
import stipple.model.loss.TrainingRows;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.objective.Objective.Losses;
import stipple.train.pipeline.TokenRow;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;

/** The joint loss of text and image tokens (reference §2.7, §4.3) of a part of a batch of rows. */
final class FeedLoss {
    private final Recipe recipe;
    private final NextStepRecipe settings;
    private final ModelConfig config;
    private final RowFeed feed;
    private final double weight;

    /**
     * The loss of what a feed gives.
     *
     * @param weight factor of the whole loss
     */
    FeedLoss(Recipe recipe, ModelConfig config, RowFeed feed, double weight) {
        this.recipe = recipe;
        this.settings = recipe.nextstep();
        this.config = config;
        this.feed = feed;
        this.weight = weight;
    }

    /**
     * The part's share of the loss of its batch.
     *
     * @param rng generator of the batch
     */
    Losses of(NextStepModel model, BatchPart part, Rng rng) {
        List<TokenRow> batch = feed.rows(part.positions());
        List<TokenRow> own = batch.subList(part.from(), part.from() + part.count());
        double textShare = (double) textTargets(own) / Math.max(1, textTargets(batch));
        double imageShare = (double) imageTargets(own) / Math.max(1, imageTargets(batch));
        long before = imageTargets(batch.subList(0, part.from()));
        LongFunction<FlowDraws> draws = n -> draws(before, n, imageTargets(batch), rng);
        TrainingRows rows = feed.batch(own);
        Tensor seen = rows.images() == null
                ? null
                : new InputNoise(settings.noiseStrength(), settings.hide(), settings.hideLevels())
                        .on(rows.images(), batch, part.from(), part.count(), rng);
        NextStepLoss loss = new NextStepLoss(model);
        if (settings.activationCheckpointing()) {
            CheckpointedPass pass = new CheckpointedPass(model.backbone());
            NextStepLoss.Value value = loss.of(rows, seen, draws, pass);
            Losses whole = share(value, textShare, imageShare, packing(part, own, batch.size()));
            return LayerGradients.of(pass, whole.total(), whole.parts());
        }
        NextStepLoss.Value value = loss.of(rows, seen, draws, model.backbone()::readRows);
        return share(value, textShare, imageShare, packing(part, own, batch.size()));
    }

    /**
     * What some rows add to the share of a packed batch's slots that hold nothing, and to the shares of the categories among
     * its rows; nothing for rows that are not packed.
     */
    private Map<String, Double> packing(BatchPart part, List<TokenRow> own, int batch) {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (!recipe.data().mixture().isEmpty()) {
            int pack = recipe.data().pack();
            figures.put(
                    "waste",
                    own.stream().mapToDouble(row -> pack - row.length()).sum() / ((double) pack * batch));
            feed.shares(part.own()).forEach((category, share) -> figures.put("rows_" + category, share * part.share()));
        }
        return figures;
    }

    private long textTargets(List<TokenRow> chosen) {
        int placeholder = config.tokens().imagePlaceholder();
        return chosen.stream().mapToLong(row -> row.textTargets(placeholder)).sum();
    }

    private static long imageTargets(List<TokenRow> chosen) {
        return chosen.stream().mapToLong(TokenRow::imageTargets).sum();
    }

    /**
     * Times and noise are drawn for the whole batch, so that they do not depend on how the batch is cut.
     *
     * @param before image tokens to learn of the rows before this part
     * @param n draws of this part, repeats included
     * @param all image tokens to learn of the whole batch
     */
    private FlowDraws draws(long before, long n, long all, Rng rng) {
        int repeats = config.flowHead().batchMul();
        FlowDraws whole = FlowDraws.of(rng, all * repeats, config.latent().tokenWidth(), settings.timeMean());
        return n == all * repeats
                ? whole
                : new FlowDraws(
                        whole.u().narrow(0, before * repeats, n), whole.noise().narrow(0, before * repeats, n));
    }

    private Losses share(NextStepLoss.Value value, double textShare, double imageShare, Map<String, Double> figures) {
        Tensor text = textShare == 1 ? value.text() : value.text().mul(textShare);
        Tensor image = imageShare == 1 ? value.image() : value.image().mul(imageShare);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("image", image);
        parts.put("text", text);
        figures.forEach((name, figure) -> parts.put(name, Tensors.scalar(figure)));
        return Losses.of(
                text.mul(weight * settings.textWeight()).add(image.mul(weight * settings.imageWeight())), parts);
    }
}
