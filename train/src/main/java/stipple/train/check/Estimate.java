package stipple.train.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.agreement.CaptionVectors;
import stipple.model.agreement.DualEncoderConfig;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.VaeNames;
import stipple.model.classify.ClassifierConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.VaeConfig;
import stipple.model.text.PromptTokenizer;
import stipple.torch.UserException;
import stipple.train.objective.Workload;
import stipple.train.objective.Workloads;
import stipple.train.recipe.ClassifierRecipe;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.run.ParameterParts;
import stipple.train.start.ModelShapes;
import stipple.train.start.StartPoint;
import stipple.train.start.Vocabulary;

/**
 * What a run would need, counted from its recipe alone: no weights are made, no data are read. For runs that are too large
 * for this machine, or whose inputs are not here.
 *
 * @param recipe the recipe with every value as it is used
 * @param parameters by part of the model
 * @param trained how many of them the optimiser moves
 * @param memory what the run holds
 * @param workload what one picture or row costs
 * @param missing inputs that are not there
 * @param assumed what was taken for them, in words
 */
public record Estimate(
        String recipe,
        Map<String, Long> parameters,
        long trained,
        MemoryNeed memory,
        Workload workload,
        List<Path> missing,
        List<String> assumed) {
    /** Tokens assumed of a vocabulary that is not there, if the recipe does not say: that of the emoji recipes. */
    private static final int VOCABULARY = 4107;

    /** Numbers of a sentence vector, if there are none to count. */
    private static final int SENTENCE = 384;

    /**
     * Counts for a run in one process.
     *
     * @throws UserException if a shape follows from something that is not there
     */
    public static Estimate of(Recipe recipe) {
        return of(recipe, 1);
    }

    /**
     * Counts.
     *
     * @param processes that share each batch; memory is that of one of them
     * @throws UserException as {@link #of(Recipe)}
     */
    public static Estimate of(Recipe recipe, int processes) {
        List<Path> missing = Inputs.missing(recipe);
        List<String> assumed = new ArrayList<>();
        return switch (recipe.objective()) {
            case "autoencoder" -> autoencoder(recipe, processes, missing);
            case "dual_encoder" -> dualEncoder(recipe, processes, missing);
            case "classifier" -> classifier(recipe, processes, missing);
            default -> nextStep(recipe, processes, missing, assumed);
        };
    }

    private static Estimate dualEncoder(Recipe recipe, int processes, List<Path> missing) {
        Path captions = Path.of(recipe.dualEncoder().captions());
        boolean there = Files.isDirectory(captions);
        List<String> assumed = there ? List.of() : List.of("vectors of " + SENTENCE + " numbers");
        int width = there ? CaptionVectors.width(captions) : SENTENCE;
        DualEncoderConfig config = recipe.dualEncoder().config(recipe.data().size(), width, "");
        return small(recipe, processes, config.expected(), Workloads.dualEncoder(recipe, config), missing, assumed);
    }

    /** Its answers are read with the data; their number is nothing beside the rest. */
    private static Estimate classifier(Recipe recipe, int processes, List<Path> missing) {
        List<Double> any = Collections.nCopies(ClassifierConfig.STATISTICS, 1.0);
        ClassifierRecipe settings = recipe.classifier();
        ClassifierConfig config = new ClassifierConfig(
                settings.label(), List.of("one", "other"), recipe.data().size(), settings.hidden(), any, any);
        return small(
                recipe, processes, config.expected(), Workloads.classifier(config), missing, List.of("two answers"));
    }

    /** A network that is trained whole and from nothing. */
    private static Estimate small(
            Recipe recipe,
            int processes,
            List<ExpectedTensor> shapes,
            Workload workload,
            List<Path> missing,
            List<String> assumed) {
        Map<String, Long> parts = parts(shapes);
        return new Estimate(
                RecipeReader.write(recipe),
                parts,
                sum(parts),
                MemoryNeed.of(recipe, sum(parts), 0, workload, processes),
                workload,
                missing,
                assumed);
    }

    private static Estimate autoencoder(Recipe recipe, int processes, List<Path> missing) {
        String init = recipe.autoencoder().init();
        boolean there = init != null && Files.isDirectory(Path.of(init));
        if (!there && recipe.autoencoder().ch() == null) {
            throw new UserException("Nothing to count: autoencoder.init " + init
                    + " is not there and the recipe does not give the shape (ch, ch_mult, ...)");
        }
        VaeConfig config = there
                ? VaeConfig.read(Path.of(init))
                : recipe.autoencoder().config(recipe.data().size());
        List<ExpectedTensor> shapes = new VaeNames(config).expected();
        Map<String, Long> parts = parts(shapes);
        long count = sum(parts);
        boolean decoderAlone = recipe.autoencoder().freezeEncoder();
        long frozen = decoderAlone ? parts.getOrDefault("encoder", 0L) : 0;
        int size = recipe.data().crop() == null
                ? recipe.data().size()
                : recipe.data().crop();
        Workload workload = Workloads.autoencoder(config, shapes, size, recipe.compute(), decoderAlone);
        return new Estimate(
                RecipeReader.write(recipe),
                parts,
                count - frozen,
                MemoryNeed.of(recipe, count - frozen, 4 * frozen, workload, processes),
                workload,
                missing,
                List.of());
    }

    private static Estimate nextStep(Recipe recipe, int processes, List<Path> missing, List<String> assumed) {
        NextStepRecipe settings = recipe.nextstep();
        ModelConfig config = config(recipe, assumed);
        List<ExpectedTensor> shapes = BackboneNames.expected(config);
        Map<String, Long> parts = parts(shapes);
        long count = sum(parts);
        long trained = recipe.lora() == null ? trained(settings, shapes) : adapters(recipe, shapes);
        boolean post = recipe.dpo() != null || recipe.grpo() != null;
        Workload workload = post ? Workloads.post(recipe, config) : Workloads.nextStep(recipe, config);
        assumed.add("rows: captions of " + settings.maxText() + " tokens, the longest that the recipe allows");
        long frozen = recipe.lora() == null
                ? 4 * (count - trained) + reference(recipe, trained)
                : recipe.compute().bytes() * count;
        return new Estimate(
                RecipeReader.write(recipe),
                parts,
                trained,
                MemoryNeed.of(recipe, trained, frozen, workload, processes),
                workload,
                missing,
                List.copyOf(assumed));
    }

    /** Bytes of a copy of what is trained, which post-training compares with; with adapters it needs none. */
    private static long reference(Recipe recipe, long trained) {
        boolean compared =
                recipe.dpo() != null || (recipe.grpo() != null && recipe.grpo().kl() > 0);
        return compared ? 4 * trained : 0;
    }

    private static ModelConfig config(Recipe recipe, List<String> assumed) {
        NextStepRecipe settings = recipe.nextstep();
        StartPoint start;
        if (settings.init() == null || Files.isDirectory(Path.of(settings.init()))) {
            start = StartPoint.of(settings);
        } else if (settings.hidden() == null
                || settings.layers() == null
                || settings.heads() == null
                || settings.kvHeads() == null
                || settings.intermediate() == null
                || settings.headDim() == null
                || settings.headLayers() == null) {
            throw new UserException("Nothing to count: nextstep.init " + settings.init()
                    + " is not there and the recipe does not give the whole shape (hidden, layers, ...)");
        } else {
            start = new StartPoint.Scratch();
            assumed.add("start: the shape that the recipe gives");
        }
        return ModelShapes.of(recipe, start, vocabulary(settings, start, assumed), vae(settings, start, assumed));
    }

    private static Vocabulary vocabulary(NextStepRecipe settings, StartPoint start, List<String> assumed) {
        boolean scratch = start instanceof StartPoint.Scratch;
        boolean there = settings.tokenizer() == null ? !scratch : Files.exists(Path.of(settings.tokenizer()));
        if (there) {
            try (PromptTokenizer tokenizer =
                    scratch ? PromptTokenizer.openExtended(Path.of(settings.tokenizer())) : start.tokenizer(settings)) {
                return Vocabulary.of(tokenizer);
            }
        }
        int size = settings.vocab() == null ? VOCABULARY : settings.vocab();
        assumed.add("vocabulary: " + size + " tokens" + (settings.vocab() == null ? "" : ", by nextstep.vocab"));
        return Vocabulary.assumed(size);
    }

    private static VaeConfig vae(NextStepRecipe settings, StartPoint start, List<String> assumed) {
        boolean there = settings.autoencoder() == null
                ? start instanceof StartPoint.Checkpoint
                : Files.exists(Path.of(settings.autoencoder()));
        if (there) {
            return VaeConfig.read(start.autoencoderFolder(settings));
        }
        assumed.add("image tokenizer: 8 pixels a cell, 16 channels, 2x2 cells a token, as in the paper");
        return new VaeConfig(256, 3, 3, 128, List.of(1, 2, 4, 4), 2, 16, 1, 0, true, true, 2, 0);
    }

    private static Map<String, Long> parts(List<ExpectedTensor> shapes) {
        Map<String, Long> parts = new LinkedHashMap<>();
        for (ExpectedTensor tensor : shapes) {
            if (tensor.presence() == ExpectedTensor.Presence.REQUIRED) {
                parts.merge(ParameterParts.part(tensor.name()), count(tensor), Long::sum);
            }
        }
        return parts;
    }

    private static long count(ExpectedTensor tensor) {
        return Arrays.stream(tensor.shape()).reduce(1, (a, b) -> a * b);
    }

    private static long sum(Map<String, Long> parts) {
        return parts.values().stream().mapToLong(n -> n).sum();
    }

    private static long trained(NextStepRecipe settings, List<ExpectedTensor> shapes) {
        return shapes.stream()
                .filter(t -> t.presence() == ExpectedTensor.Presence.REQUIRED)
                .filter(t -> settings.freeze().stream()
                        .noneMatch(start -> t.name().equals(start) || t.name().startsWith(start + ".")))
                .mapToLong(Estimate::count)
                .sum();
    }

    /** Parameters of the adapters: two factors beside every matrix that is a target. */
    private static long adapters(Recipe recipe, List<ExpectedTensor> shapes) {
        String ending = ".weight";
        return shapes.stream()
                .filter(t -> t.presence() == ExpectedTensor.Presence.REQUIRED
                        && t.shape().length == 2
                        && t.name().endsWith(ending)
                        && recipe.lora()
                                .config()
                                .matches(t.name().substring(0, t.name().length() - ending.length())))
                .mapToLong(t -> recipe.lora().rank() * (t.shape()[0] + t.shape()[1]))
                .sum();
    }

    /** All parameters of the model. */
    public long parameterCount() {
        return sum(parameters);
    }
}
