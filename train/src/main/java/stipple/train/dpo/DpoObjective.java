package stipple.train.dpo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import stipple.model.NextStepModel;
import stipple.model.backbone.CheckpointedPass;
import stipple.model.loss.FlowDraws;
import stipple.model.nn.Weights;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.objective.Batch;
import stipple.train.objective.BatchPart;
import stipple.train.objective.ForgettingWatch;
import stipple.train.objective.LayerGradients;
import stipple.train.objective.Objective;
import stipple.train.objective.Opened;
import stipple.train.objective.TrainedModel;
import stipple.train.objective.Workload;
import stipple.train.post.FlowErrors;
import stipple.train.post.PictureRows;
import stipple.train.recipe.Recipe;
import stipple.train.start.ModelWeights;

/**
 * Direct preference optimisation of the flow head and all below it. A sample is a pair of pictures of one prompt; winner and
 * loser, model and reference see the same times and noises, in one parallel pass each. The reference is the model as the run
 * found it: with LoRA the model without its adapters, else a copy.
 */
public final class DpoObjective implements Objective {
    private final Opened opened = new Opened();
    private final Recipe recipe;
    private final TrainedModel model;
    private final ModelWeights.Snapshot snapshot;
    private final NextStepModel reference;
    private final PairTokens pairs;
    private final PairTokens holdout;
    private final SampleOrder order;
    private final ForgettingWatch watch;
    private boolean told;

    /** Loads the model and the pairs, and encodes all pictures. */
    public DpoObjective(Recipe recipe) {
        this.recipe = recipe;
        try {
            this.model = opened.add(new TrainedModel(recipe));
            this.snapshot = opened.add(model.weights().snapshot());
            this.reference = new NextStepModel(model.config(), snapshot.weights(), recipe.compute());
            int side = recipe.data().size();
            this.pairs = opened.add(new PairTokens(model, Path.of(recipe.dpo().pairs()), side));
            this.holdout = recipe.dpo().holdout() == null
                    ? null
                    : opened.add(new PairTokens(model, Path.of(recipe.dpo().holdout()), side));
            this.watch = opened.add(ForgettingWatch.of(recipe, model));
            this.order = new SampleOrder(recipe.seed(), pairs.size());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public Weights weights() {
        return model.weights().trained();
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        int[] chosen = chosen(part.own());
        FlowDraws draws = draws(part, rng);
        PictureRows rows = pairs.rows(chosen);
        NextStepModel policy = new NextStepModel(
                model.config(), model.weights().forStep(Seeds.mix(recipe.seed(), part.positions())), recipe.compute());
        Tensor referenceErrors = Autograd.off(() -> errors(reference, rows, draws, null));
        if (!recipe.nextstep().activationCheckpointing()) {
            return share(errors(policy, rows, draws, null), referenceErrors, part.share());
        }
        CheckpointedPass pass = new CheckpointedPass(policy.backbone());
        Losses whole = share(errors(policy, rows, draws, pass::forward), referenceErrors, part.share());
        return LayerGradients.of(pass, whole.total(), whole.parts());
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
        FlowDraws whole = FlowDraws.of(rng, perPair * part.batch(), tokenWidth());
        return twice(
                whole.u().narrow(0, perPair * part.from(), perPair * part.count()),
                whole.noise().narrow(0, perPair * part.from(), perPair * part.count()));
    }

    private static FlowDraws twice(Tensor u, Tensor noise) {
        return new FlowDraws(Tensors.cat(List.of(u, u), 0), Tensors.cat(List.of(noise, noise), 0));
    }

    private long perPair() {
        return (long) pairs.grid().count() * recipe.nextstep().headRepeats();
    }

    private int tokenWidth() {
        return model.config().latent().tokenWidth();
    }

    private Tensor errors(NextStepModel network, PictureRows rows, FlowDraws draws, UnaryOperator<Tensor> pass) {
        Tensor conditions = pass == null ? rows.conditions(network) : rows.conditions(network, pass);
        return FlowErrors.of(
                network,
                rows,
                conditions,
                draws,
                recipe.nextstep().headRepeats(),
                recipe.dpo().byTime());
    }

    private Losses share(Tensor errors, Tensor referenceErrors, double share) {
        DpoLoss.Value value = value(errors, referenceErrors);
        long n = value.margins().size(0);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("margin", Tensors.scalar(mean(value.margins()) * share));
        parts.put("preferred", Tensors.scalar(positive(value.margins()) * share));
        // How far each side has moved from the reference: DPO can win by making both worse, which these show.
        Tensor moved = Autograd.off(() -> errors.sub(referenceErrors));
        parts.put("winner_change", Tensors.scalar(mean(moved.narrow(0, 0, n)) * share));
        parts.put("loser_change", Tensors.scalar(mean(moved.narrow(0, n, n)) * share));
        return Losses.of(value.loss().mul(share), parts);
    }

    private DpoLoss.Value value(Tensor errors, Tensor referenceErrors) {
        long n = errors.size(0) / 2;
        return DpoLoss.of(
                errors.narrow(0, 0, n),
                errors.narrow(0, n, n),
                referenceErrors.narrow(0, 0, n),
                referenceErrors.narrow(0, n, n),
                recipe.dpo().beta());
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
            samples.add(Map.of("prompt", pair.prompt(), "winner", pair.winner(), "loser", pair.loser()));
        }
        int patch = model.config().latent().patch();
        long[] shape = {
            rows.rows(),
            model.config().latent().channels(),
            (long) pairs.grid().rows() * patch,
            (long) pairs.grid().columns() * patch
        };
        Tensor latents = Patches.fold(rows.tokens().reshape(rows.rows(), rows.perRow(), -1), shape, patch);
        return new Batch(
                samples,
                Autograd.off(() -> model.autoencoder().pixels(latents)),
                Map.of("image_tokens", rows.tokens()));
    }

    @Override
    public void draw(Weights chosen, Path file) {
        model.draw(chosen, file);
    }

    @Override
    public Map<String, Boolean> figures() {
        Map<String, Boolean> figures = watch.figures();
        if (holdout != null) {
            figures.put("loss", false);
            figures.put("preferred", true);
        }
        return figures;
    }

    /** On held-out pairs, with the same times and noises at every measurement. */
    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        NextStepModel policy = model.with(chosen);
        Map<String, Double> measured = watch.of(policy);
        if (holdout == null) {
            return measured;
        }
        double loss = 0;
        double preferred = 0;
        try (Rng rng = new Rng(Seeds.mix(recipe.seed(), 2))) {
            for (int from = 0; from < holdout.size(); from += recipe.batch()) {
                int count = Math.min(recipe.batch(), holdout.size() - from);
                int[] some = new int[count];
                for (int i = 0; i < count; i++) {
                    some[i] = from + i;
                }
                try (Scope scope = Scope.open()) {
                    PictureRows rows = holdout.rows(some);
                    FlowDraws draws = FlowDraws.of(rng, perPair() * count, tokenWidth());
                    FlowDraws both = twice(draws.u(), draws.noise());
                    DpoLoss.Value value = Autograd.off(
                            () -> value(errors(policy, rows, both, null), errors(reference, rows, both, null)));
                    loss += value.loss().item() * count;
                    preferred += positive(value.margins()) * count;
                }
            }
        }
        measured.put("loss", loss / holdout.size());
        measured.put("preferred", preferred / holdout.size());
        return measured;
    }

    @Override
    public void export(Weights chosen, Path folder) {
        model.export(chosen, folder);
    }

    /** Winner and loser there and back and the reference one way, which is a third as much. */
    @Override
    public Workload workload() {
        Workload row = model.workload(pairs.textTokens(), pairs.grid().count());
        return new Workload(2 * row.tokens(), 2 * row.flops() * 4 / 3, 2 * row.activationBytes());
    }

    @Override
    public long frozenBytes() {
        return model.weights().frozenBytes() + snapshot.copies().bytes();
    }

    @Override
    public List<String> news() {
        List<String> news = new ArrayList<>();
        if (!told) {
            news.addAll(model.weights().notes());
            news.add(pairs.size() + " preference pairs of " + pairs.grid().count() + " image tokens a picture");
            told = true;
        }
        return news;
    }

    @Override
    public void close() {
        opened.close();
    }
}
