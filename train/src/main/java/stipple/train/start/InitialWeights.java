package stipple.train.start;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.ExpectedTensor.Presence;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.config.ModelConfig;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.data.Seeds;
import stipple.train.recipe.Recipe;

/**
 * Fills a model before its first step. What a start point holds is taken over, what it lacks or the recipe wants afresh is
 * initialised as in a model from scratch ({@link FreshWeights}), and both are said.
 */
public final class InitialWeights {
    private static final String EMBEDDING = "embed_tokens.weight";
    private static final String LM_HEAD = "lm_head.weight";
    /** Buffers that old files of language models hold; they follow from the config. */
    private static final String ROTARY = "rotary_emb.inv_freq";

    private final Recipe recipe;
    private final ModelConfig config;
    private final Vocabulary vocabulary;
    private final List<String> notes = new ArrayList<>();

    private InitialWeights(Recipe recipe, ModelConfig config, Vocabulary vocabulary) {
        this.recipe = recipe;
        this.config = config;
        this.vocabulary = vocabulary;
    }

    /**
     * Makes the weights of a run.
     *
     * @throws UserException if what the run starts from does not fit
     */
    public static ModelWeights of(Recipe recipe, StartPoint start, ModelConfig config, Vocabulary vocabulary) {
        InitialWeights initial = new InitialWeights(recipe, config, vocabulary);
        Weights base = switch (start) {
            case StartPoint.Scratch scratch -> initial.fresh(initial.wanted(Set.of()));
            case StartPoint.Checkpoint checkpoint -> initial.from(CheckpointFiles.open(checkpoint.folder()), "model");
            case StartPoint.LanguageModel model -> initial.from(CheckpointFiles.open(model.folder()), "language model");
        };
        try {
            return ModelWeights.of(base, recipe, initial.notes);
        } catch (RuntimeException e) {
            base.close();
            throw e;
        }
    }

    /** The tensors of the model: those that it must have, and those optional ones that the files hold. */
    private List<ExpectedTensor> wanted(Set<String> present) {
        return BackboneNames.expected(config).stream()
                .filter(t -> t.presence() == Presence.REQUIRED
                        || (t.presence() == Presence.OPTIONAL
                                && present.contains(t.name())
                                // A tied head is the embedding, whether a file repeats it or not.
                                && !t.name().equals(LM_HEAD)))
                .map(t -> ExpectedTensor.required(t.name(), t.shape()))
                .toList();
    }

    private Weights fresh(List<ExpectedTensor> shapes) {
        return FreshWeights.nextStep(shapes, config.backbone().initializerRange(), recipe.seed());
    }

    private Weights from(CheckpointFiles files, String kind) {
        Weights weights = new Weights();
        try {
            Map<String, StoredTensor> stored = new LinkedHashMap<>(files.tensors());
            boolean untied = recipe.nextstep().untie() && !stored.containsKey(LM_HEAD);
            if (untied) {
                stored.put(LM_HEAD, stored.get(EMBEDDING).withName(LM_HEAD));
            }
            List<ExpectedTensor> wanted = wanted(stored.keySet());
            refuseUnknown(files, stored, wanted);
            List<ExpectedTensor> missing = wanted.stream()
                    .filter(t -> !stored.containsKey(t.name()) || startsAfresh(t.name()))
                    .toList();
            refuseFrozen(missing);
            fill(weights, wanted, missing, stored);
            describe(files, kind, wanted, missing, untied);
            if (recipe.lora() != null) {
                // Weights that stay as they are lie in the files themselves.
                weights.keepOpen(files);
            } else {
                files.close();
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            files.close();
            throw e;
        }
    }

    private boolean startsAfresh(String name) {
        return recipe.nextstep().reinit().stream().anyMatch(start -> ModelWeights.begins(name, start));
    }

    private void refuseUnknown(CheckpointFiles files, Map<String, StoredTensor> stored, List<ExpectedTensor> wanted) {
        Set<String> known = wanted.stream().map(ExpectedTensor::name).collect(Collectors.toSet());
        BackboneNames.expected(config).stream().map(ExpectedTensor::name).forEach(known::add);
        List<String> unknown = stored.keySet().stream()
                .filter(name -> !known.contains(name) && !name.endsWith(ROTARY))
                .toList();
        if (!unknown.isEmpty()) {
            throw new UserException("Recipe: nextstep.init: " + files.source() + " holds " + unknown.size()
                    + " tensors that the model has no place for, the first is '" + unknown.getFirst() + "'");
        }
        for (String start : recipe.nextstep().reinit()) {
            if (known.stream().noneMatch(name -> ModelWeights.begins(name, start))) {
                throw new UserException(
                        "Recipe: nextstep.reinit names '" + start + "', with which no tensor of the model begins");
            }
        }
    }

    private void refuseFrozen(List<ExpectedTensor> missing) {
        if (recipe.lora() != null && !missing.isEmpty()) {
            throw new UserException("Recipe: with lora only adapters are trained, but " + missing.size()
                    + " tensors of the model would start and stay random, the first is '"
                    + missing.getFirst().name() + "'; train the model first");
        }
    }

    private void fill(
            Weights weights,
            List<ExpectedTensor> wanted,
            List<ExpectedTensor> missing,
            Map<String, StoredTensor> stored) {
        Set<String> absent = missing.stream().map(ExpectedTensor::name).collect(Collectors.toSet());
        try (Weights fresh = fresh(missing)) {
            for (ExpectedTensor tensor : wanted) {
                if (absent.contains(tensor.name())) {
                    weights.put(tensor.name(), fresh.get(tensor.name()));
                } else {
                    weights.put(tensor.name(), placed(tensor, stored.get(tensor.name())));
                }
            }
        }
    }

    /** A stored tensor in memory of its own, float32; with LoRA as it is stored, in its file. */
    private Tensor placed(ExpectedTensor wanted, StoredTensor stored) {
        Scope target = Scope.detached();
        try (Scope scope = Scope.open()) {
            boolean table = wanted.name().equals(EMBEDDING) || wanted.name().equals(LM_HEAD);
            if (table && stored.shape()[1] == wanted.shape()[1]) {
                int known = Math.min(vocabulary.known(), (int) stored.shape()[0]);
                if (stored.shape()[0] < wanted.shape()[0] || known < vocabulary.size()) {
                    return target.adopt(TokenRows.grown(
                            stored,
                            wanted.shape()[0],
                            known,
                            vocabulary.size(),
                            Seeds.mix(recipe.seed(), 6, wanted.name().hashCode())));
                }
            }
            if (!Arrays.equals(stored.shape(), wanted.shape())) {
                throw new UserException("Recipe: nextstep.init: the tensor '" + wanted.name() + "' has the shape "
                        + Arrays.toString(stored.shape()) + ", the model wants " + Arrays.toString(wanted.shape()));
            }
            boolean aligned = stored.data().address() % stored.dtype().bytes() == 0;
            if (recipe.lora() != null && aligned) {
                return target.adopt(Tensors.view(stored.data(), stored.dtype(), stored.shape()));
            }
            return target.adopt(Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                    .to(DType.F32));
        }
    }

    private void describe(
            CheckpointFiles files,
            String kind,
            List<ExpectedTensor> wanted,
            List<ExpectedTensor> missing,
            boolean untied) {
        notes.add(String.format(
                Locale.ROOT,
                "start: %d of %d tensors from the %s %s",
                wanted.size() - missing.size(),
                wanted.size(),
                kind,
                files.source()));
        if (!missing.isEmpty()) {
            Set<String> parts = new LinkedHashSet<>();
            missing.forEach(t -> parts.add(t.name().substring(0, t.name().indexOf('.'))));
            notes.add(String.format(
                    Locale.ROOT,
                    "start: fresh are %s, %,d parameters",
                    String.join(", ", parts),
                    missing.stream()
                            .mapToLong(t -> Arrays.stream(t.shape()).reduce(1, (a, b) -> a * b))
                            .sum()));
        }
        if (untied) {
            notes.add("start: the language head is a copy of the embedding, no longer shared with it");
        }
        int learnt = vocabulary.size() - vocabulary.known();
        if (learnt > 0) {
            notes.add(
                    "start: " + learnt + " new tokens; their rows are the mean of the known ones with a little noise");
        }
    }
}
