package stipple.train.post;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.model.backbone.CheckpointedPass;
import stipple.model.backbone.RowsPass;
import stipple.model.nn.Weights;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.train.data.Seeds;
import stipple.train.objective.BatchPart;
import stipple.train.objective.HeldOutLosses;
import stipple.train.objective.LayerGradients;
import stipple.train.objective.Objective;
import stipple.train.objective.Opened;
import stipple.train.objective.Replay;
import stipple.train.objective.TrainedModel;
import stipple.train.objective.Workload;
import stipple.train.recipe.Recipe;
import stipple.train.start.ModelWeights;

/**
 * What objectives after pre-training share: a trained model that goes on learning, the same model as it was before, and a watch
 * on what it forgets.
 */
public abstract class PostObjective implements Objective {
    private final Opened opened = new Opened();
    private final Recipe recipe;
    private final TrainedModel model;
    private final ModelWeights.Snapshot snapshot;
    private final NextStepModel reference;
    private final HeldOutLosses watch;
    private final Replay replay;
    private boolean told;

    /**
     * Loads the model.
     *
     * @param referenced whether the model as it was is needed: with LoRA the model without its adapters, else a copy
     */
    protected PostObjective(Recipe recipe, boolean referenced) {
        this.recipe = recipe;
        try {
            this.model = opened.add(new TrainedModel(recipe));
            this.snapshot = referenced ? opened.add(model.weights().snapshot()) : null;
            this.reference =
                    referenced ? new NextStepModel(model.config(), snapshot.weights(), recipe.compute()) : null;
            this.watch = opened.add(HeldOutLosses.of(recipe, model));
            this.replay = recipe.replay() == null ? null : opened.add(new Replay(recipe, model));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Takes charge of a resource, which is closed before the model. */
    protected final <T extends AutoCloseable> T own(T resource) {
        return opened.add(resource);
    }

    /** The recipe of the run. */
    protected final Recipe recipe() {
        return recipe;
    }

    /** The model with its tokenizers. */
    protected final TrainedModel model() {
        return model;
    }

    /** The model as the run found it, or null. */
    protected final NextStepModel reference() {
        return reference;
    }

    /** The model as it is trained in a step, dropout of adapters included. */
    protected final NextStepModel policy(BatchPart part) {
        return new NextStepModel(
                model.config(), model.weights().forStep(Seeds.mix(recipe.seed(), part.positions())), recipe.compute());
    }

    /** A part's loss as a function of the way through the backbone. */
    @FunctionalInterface
    protected interface PassLoss {
        /**
         * Computes it.
         *
         * @param way maps embeddings {@code [rows, tokens, hidden]} to hidden states of the same shape
         */
        Tensor of(RowsPass way);
    }

    /** A loss with its way back: whole, or layer by layer where the recipe asks for activation checkpointing. */
    protected final Losses differentiated(NextStepModel policy, Map<String, Tensor> parts, PassLoss loss) {
        if (!recipe.nextstep().activationCheckpointing()) {
            return Losses.of(loss.of(PictureRows.plain(policy)), parts);
        }
        CheckpointedPass pass = new CheckpointedPass(policy.backbone());
        return LayerGradients.of(pass, loss.of(pass), parts);
    }

    /** The part's share of what the objective itself learns, see {@link #losses}. */
    protected abstract Losses learned(BatchPart part, Rng rng);

    @Override
    public final Losses losses(BatchPart part, Rng rng) {
        Losses learned = learned(part, rng);
        return replay == null ? learned : replay.beside(learned, policy(part), part, rng);
    }

    /** What a sample of the objective itself costs. */
    protected abstract Workload ownWorkload();

    @Override
    public final Workload workload() {
        return replay == null ? ownWorkload() : ownWorkload().and(replay.workload(model));
    }

    /** Figures beside those of forgetting that {@link #measured} gives, and whether a higher one is better. */
    protected abstract Map<String, Boolean> measures();

    /** Measures a model on what was held out. */
    protected abstract Map<String, Double> measured(NextStepModel policy);

    /** What is trained on, in words. */
    protected abstract String subject();

    @Override
    public final Weights weights() {
        return model.weights().trained();
    }

    @Override
    public final void draw(Weights chosen, Path file) {
        model.draw(chosen, file);
    }

    @Override
    public final Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>(measures());
        figures.putAll(watch.figures());
        return figures;
    }

    @Override
    public final Map<String, Double> evaluate(Weights chosen) {
        NextStepModel policy = model.with(chosen);
        Map<String, Double> figures = new LinkedHashMap<>(measured(policy));
        figures.putAll(watch.of(policy));
        return figures;
    }

    @Override
    public final void export(Weights chosen, Path folder) {
        model.export(chosen, folder);
    }

    @Override
    public final long frozenBytes() {
        return model.weights().frozenBytes()
                + (snapshot == null ? 0 : snapshot.copies().bytes());
    }

    @Override
    public final List<String> news() {
        List<String> news = new ArrayList<>();
        if (!told) {
            news.addAll(model.weights().notes());
            news.add(subject());
            told = true;
        }
        if (replay != null) {
            news.addAll(replay.news());
        }
        return news;
    }

    @Override
    public final double waitedSeconds() {
        return replay == null ? 0 : replay.waitedSeconds();
    }

    @Override
    public final void close() {
        opened.close();
    }
}
