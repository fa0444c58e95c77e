package stipple.train.start;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stipple.model.lora.Lora;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.data.Seeds;
import stipple.train.recipe.LoraRecipe;
import stipple.train.recipe.Recipe;

/**
 * The weights of a run's model: all of them, and those among them that are trained. With LoRA the model's own weights stay
 * in the type and, where possible, in the file that they came from, and the adapters alone are trained, saved and averaged.
 */
public final class ModelWeights implements AutoCloseable {
    /** Beginning of the names of the flow head's tensors. */
    public static final String FLOW_HEAD = "image_head";

    private final Weights base;
    private final Weights adapters;
    private final LoraRecipe lora;
    private final Weights trained = Weights.view();
    private final List<String> notes;

    private ModelWeights(Weights base, Weights adapters, LoraRecipe lora, List<String> freeze, List<String> notes) {
        this.base = base;
        this.adapters = adapters;
        this.lora = lora;
        this.notes = new ArrayList<>(notes);
        if (adapters == null) {
            base.all().forEach((name, tensor) -> {
                if (freeze.stream().noneMatch(start -> begins(name, start))) {
                    trained.put(name, tensor);
                }
            });
        } else {
            adapters.all().forEach((name, tensor) -> {
                if (!name.endsWith(LowRank.ALPHA)) {
                    trained.put(name, tensor);
                }
            });
        }
        if (!freeze.isEmpty() || adapters != null) {
            this.notes.add(String.format(
                    Locale.ROOT,
                    "trained: %,d parameters%s; %,d stay as they are",
                    trained.count(),
                    adapters == null
                            ? ""
                            : " of adapters of rank " + lora.rank() + " beside "
                                    + Lora.layers(adapters).size() + " layers",
                    base.count() - (adapters == null ? trained.count() : 0)));
        }
    }

    /** Makes the weights of a run. */
    static ModelWeights of(Weights base, Recipe recipe, List<String> notes) {
        List<String> freeze = recipe.nextstep().freeze();
        for (String start : freeze) {
            if (base.names().stream().noneMatch(name -> begins(name, start))) {
                throw new UserException(
                        "Recipe: nextstep.freeze names '" + start + "', with which no tensor of the model begins");
            }
        }
        Weights adapters =
                recipe.lora() == null ? null : Lora.fresh(base, recipe.lora().config(), Seeds.mix(recipe.seed(), 4));
        ModelWeights made = new ModelWeights(base, adapters, recipe.lora(), freeze, notes);
        if (made.trained.names().isEmpty()) {
            throw new UserException("Recipe: nextstep.freeze leaves nothing to train");
        }
        return made;
    }

    /** Whether a name begins with a part of the model, whole words only; {@code *} stands for any one word. */
    static boolean begins(String name, String start) {
        String[] words = name.split("\\.");
        String[] asked = start.split("\\.", -1);
        if (asked.length > words.length) {
            return false;
        }
        for (int i = 0; i < asked.length; i++) {
            if (!asked[i].equals("*") && !asked[i].equals(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** What the optimiser moves, checkpoints keep, and averages follow: float32. */
    public Weights trained() {
        return trained;
    }

    /** Bytes of what is not trained. */
    public long frozenBytes() {
        return base.bytes() - (adapters == null ? trained.bytes() : 0);
    }

    /** What became of the weights, for a person. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The whole model with other values for what is trained; a view.
     *
     * @param chosen the trained tensors or their average, all of them
     */
    public Weights with(Weights chosen) {
        Weights view = Weights.view();
        base.all().forEach(view::put);
        if (adapters != null) {
            adapters.all().forEach(view::put);
        }
        chosen.all().forEach(view::put);
        return view;
    }

    /**
     * The whole model as it is now and stays, whatever is trained later: with LoRA, what lies below the adapters; otherwise
     * the frozen weights and copies of the trained ones.
     *
     * @return to be closed; the weights that are not trained stay where they are
     */
    public Snapshot snapshot() {
        if (adapters != null) {
            Weights view = Weights.view();
            base.all().forEach(view::put);
            return new Snapshot(view, new Weights());
        }
        Weights copies = new Weights();
        try (Scope scope = Scope.open()) {
            trained.all().forEach((name, tensor) -> copies.put(name, copy(tensor)));
        }
        return new Snapshot(with(copies), copies);
    }

    private static Tensor copy(Tensor tensor) {
        Tensor copy = Tensors.empty(tensor.dtype(), tensor.shape()).to(tensor.device());
        Autograd.off(() -> copy.copyInPlace(tensor));
        return copy;
    }

    /**
     * A model that does not change.
     *
     * @param weights all of it, a view
     * @param copies what it holds of its own
     */
    public record Snapshot(Weights weights, Weights copies) implements AutoCloseable {
        @Override
        public void close() {
            copies.close();
        }
    }

    /** Whether {@link #forStep} changes something. */
    public boolean dropsFeatures() {
        return adapters != null && lora.dropout() > 0;
    }

    /**
     * The whole model as a step trains it: with dropout, each adapter does without some of its input features. Which ones is
     * a function of the step alone and holds for the whole batch, so that a step does not depend on how its batch is cut.
     *
     * @param seed of the step
     * @return a view whose masked tensors live in the current scope
     */
    public Weights forStep(long seed) {
        Weights view = with(trained);
        if (!dropsFeatures()) {
            return view;
        }
        try (Rng rng = new Rng(Seeds.mix(seed, 5))) {
            Map<String, Tensor> masked = new LinkedHashMap<>();
            for (String layer : Lora.layers(adapters)) {
                Tensor down = trained.get(layer + LowRank.DOWN);
                // Uniform draws fall below the kept share as often as features are kept.
                Tensor draws = rng.uniform(0, 1, 1, down.size(1));
                Tensor mask = Autograd.off(() -> kept(draws, 1 - lora.dropout()));
                masked.put(layer + LowRank.DOWN, down.mul(mask));
            }
            masked.forEach(view::put);
        }
        return view;
    }

    /** {@code 1 / keep} where a draw is below {@code keep}, else 0. */
    private static Tensor kept(Tensor draws, double keep) {
        float[] values = draws.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] < keep ? (float) (1 / keep) : 0;
        }
        return Tensors.of(values, draws.shape());
    }

    /**
     * What {@link Lora} writes: the adapters with other values for their factors; a view.
     *
     * @return null if the model itself is trained
     */
    public Weights adapters(Weights chosen) {
        return adapters == null ? null : Lora.attach(adapters, chosen);
    }

    @Override
    public void close() {
        if (adapters != null) {
            adapters.close();
        }
        base.close();
    }
}
