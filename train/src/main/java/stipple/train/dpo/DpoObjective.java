package stipple.train.dpo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.model.NextStepModel;
import stipple.model.backbone.RowsPass;
import stipple.model.loss.FlowDraws;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.objective.Batch;
import stipple.train.objective.BatchPart;
import stipple.train.objective.TokenPixels;
import stipple.train.objective.Workload;
import stipple.train.objective.Workloads;
import stipple.train.post.FlowErrors;
import stipple.train.post.PictureRows;
import stipple.train.post.PostObjective;
import stipple.train.recipe.Recipe;

/**
 * Direct preference optimisation of the flow head and all below it. A sample is a {@link PreferencePair}; winner and loser, model and reference see the same times and noises, in one parallel pass each. The reference is the model as the run
 * found it: with LoRA the model without its adapters, else a copy.
 */
public final class DpoObjective extends PostObjective {
    private final PairTokens pairs;
    private final PairTokens holdout;
    private final SampleOrder order;

    /** Loads the model and the pairs, and encodes all pictures. */
    public DpoObjective(Recipe recipe) {
        super(recipe, true);
        try {
            this.pairs = own(new PairTokens(recipe, model(), recipe.dpo().pairs()));
            this.holdout = recipe.dpo().holdout() == null
                    ? null
                    : own(new PairTokens(recipe, model(), recipe.dpo().holdout()));
            this.order = new SampleOrder(recipe.seed(), pairs.size());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    protected Losses learned(BatchPart part, Rng rng) {
        FlowDraws draws = draws(part, rng);
        PictureRows rows = pairs.rows(chosen(part.own()));
        NextStepModel policy = policy(part);
        Tensor fixed = Autograd.off(() -> errors(reference(), rows, draws, PictureRows.plain(reference())));
        Map<String, Tensor> parts = new LinkedHashMap<>();
        return differentiated(
                policy, parts, way -> share(errors(policy, rows, draws, way), fixed, part.share(), parts));
    }

    private int[] chosen(long[] positions) {
        int[] chosen = new int[positions.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = order.at(positions[i]);
        }
        return chosen;
    }

    /** Times and noise of a part, cut out of those of the whole batch, first for the winners and again for the losers. */
    private FlowDraws draws(BatchPart part, Rng rng) {
        long perPair = perPair();
        FlowDraws whole = FlowDraws.of(
                rng, perPair * part.batch(), tokenWidth(), recipe().nextstep().timeMean());
        return twice(
                whole.u().narrow(0, perPair * part.from(), perPair * part.count()),
                whole.noise().narrow(0, perPair * part.from(), perPair * part.count()));
    }

    private static FlowDraws twice(Tensor u, Tensor noise) {
        return new FlowDraws(Tensors.cat(List.of(u, u), 0), Tensors.cat(List.of(noise, noise), 0));
    }

    private long perPair() {
        return (long) pairs.grid().count() * repeats();
    }

    /** Times and noises of a token. */
    private int repeats() {
        return model().config().flowHead().batchMul();
    }

    private int tokenWidth() {
        return model().config().latent().tokenWidth();
    }

    private Tensor errors(NextStepModel network, PictureRows rows, FlowDraws draws, RowsPass way) {
        return FlowErrors.of(
                network,
                rows,
                rows.conditions(network, way),
                draws,
                repeats(),
                recipe().dpo().byTime());
    }

    private Tensor share(Tensor errors, Tensor referenceErrors, double share, Map<String, Tensor> parts) {
        DpoLoss.Value value = value(errors, referenceErrors);
        long n = value.margins().size(0);
        parts.put("margin", Tensors.scalar(mean(value.margins()) * share));
        parts.put("preferred", Tensors.scalar(positive(value.margins()) * share));
        // How far each side has moved from the reference: DPO can win by making both worse, which these show.
        Tensor moved = Autograd.off(() -> errors.sub(referenceErrors));
        parts.put("winner_change", Tensors.scalar(mean(moved.narrow(0, 0, n)) * share));
        parts.put("loser_change", Tensors.scalar(mean(moved.narrow(0, n, n)) * share));
        Tensor own = errors.narrow(0, 0, n).mean().mul(recipe().dpo().winnerWeight());
        return value.loss().add(own).mul(share);
    }

    private DpoLoss.Value value(Tensor errors, Tensor referenceErrors) {
        long n = errors.size(0) / 2;
        return DpoLoss.of(
                errors.narrow(0, 0, n),
                errors.narrow(0, n, n),
                referenceErrors.narrow(0, 0, n),
                referenceErrors.narrow(0, n, n),
                recipe().dpo().beta());
    }

    private static double mean(Tensor values) {
        return Autograd.off(() -> values.mean().item());
    }

    /** Share of positive margins; at the reference, where all margins are zero, a pair counts half. */
    private static double positive(Tensor margins) {
        double sum = 0;
        for (float margin : Autograd.off(() -> Autograd.detach(margins).toFloats())) {
            sum += margin > 0 ? 1 : margin == 0 ? 0.5 : 0;
        }
        return sum / margins.size(0);
    }

    @Override
    public Batch batch(long[] positions) {
        int[] chosen = chosen(positions);
        PictureRows rows = pairs.rows(chosen);
        List<Map<String, Object>> samples = new ArrayList<>();
        for (int index : chosen) {
            PreferencePair pair = pairs.pair(index);
            samples.add(Map.of(
                    "prompt",
                    pair.prompt(),
                    "winner",
                    pair.winner(),
                    "loser",
                    pair.loser(),
                    "loser_prompt",
                    pair.loserPrompt()));
        }
        try (TokenPixels pixels = model().pixels(pairs.grid(), DType.F32)) {
            Tensor tokens = rows.tokens().reshape(rows.rows(), rows.perRow(), -1);
            return new Batch(samples, pixels.decode(tokens), Map.of("image_tokens", rows.tokens()));
        }
    }

    @Override
    protected Map<String, Boolean> measures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        if (holdout != null) {
            figures.put("loss", false);
            figures.put("preferred", true);
        }
        return figures;
    }

    /** On held-out pairs, with the same times and noises at every measurement. */
    @Override
    protected Map<String, Double> measured(NextStepModel policy) {
        if (holdout == null) {
            return Map.of();
        }
        double loss = 0;
        double preferred = 0;
        try (Rng rng = new Rng(Seeds.mix(recipe().seed(), 2))) {
            for (int from = 0; from < holdout.size(); from += recipe().batch()) {
                int count = Math.min(recipe().batch(), holdout.size() - from);
                int[] some = new int[count];
                for (int i = 0; i < count; i++) {
                    some[i] = from + i;
                }
                try (Scope scope = Scope.open()) {
                    PictureRows rows = holdout.rows(some);
                    FlowDraws draws = FlowDraws.of(
                            rng,
                            perPair() * count,
                            tokenWidth(),
                            recipe().nextstep().timeMean());
                    FlowDraws both = twice(draws.u(), draws.noise());
                    DpoLoss.Value value = Autograd.off(() -> value(
                            errors(policy, rows, both, PictureRows.plain(policy)),
                            errors(reference(), rows, both, PictureRows.plain(reference()))));
                    loss += value.loss().item() * count;
                    preferred += positive(value.margins()) * count;
                }
            }
        }
        return new TreeMap<>(Map.of("loss", loss / holdout.size(), "preferred", preferred / holdout.size()));
    }

    @Override
    protected Workload ownWorkload() {
        return Workloads.pair(model().workload(pairs.textTokens(), pairs.grid().count()));
    }

    @Override
    protected String subject() {
        return pairs.size() + " preference pairs of " + pairs.grid().count() + " image tokens a picture";
    }
}
