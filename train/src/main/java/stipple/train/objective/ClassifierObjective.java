package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import stipple.model.classify.ClassifierConfig;
import stipple.model.classify.PictureClassifier;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.data.PictureSet;
import stipple.train.files.WeightFiles;
import stipple.train.recipe.ClassifierRecipe;
import stipple.train.recipe.Recipe;

/** Trains a network that tells one of the metadata from the picture, such as the style of an emoji. */
public final class ClassifierObjective extends JudgeObjective {
    private static final int BATCH = 64;
    /** Least variance of a statistic, for those that are the same in all pictures. */
    private static final double LEAST = 1e-6;

    private static final String RIGHT = "_right";

    private final Recipe recipe;
    private final PictureChanges changes;
    private final ClassifierConfig config;
    private final Weights weights;
    private final PictureClassifier network;
    private final Copies copies;

    /**
     * Loads the pictures and makes fresh weights.
     *
     * @throws UserException if pictures do not tell the label, or held-out ones have answers that training never gives
     */
    public ClassifierObjective(Recipe recipe) {
        super(recipe, recipe.classifier().alsoMeasured());
        this.recipe = recipe;
        ClassifierRecipe settings = recipe.classifier();
        this.changes = new PictureChanges(0, settings.blur(), settings.noise());
        List<String> labels = labels(pictures);
        heldOut.forEach((family, set) -> labels(set).stream()
                .filter(label -> !labels.contains(label))
                .findFirst()
                .ifPresent(label -> {
                    throw new UserException("Pictures of " + family + " have the " + settings.label() + " '" + label
                            + "', which no picture for training has");
                }));
        this.copies = Copies.of(recipe, pictures);
        this.config = config(settings, labels);
        this.weights = FreshWeights.autoencoder(config.expected(), recipe.seed());
        this.network = network(weights);
    }

    /** The shape, with what is usual for the statistics of the pictures for training. */
    private ClassifierConfig config(ClassifierRecipe settings, List<String> labels) {
        int count = ClassifierConfig.STATISTICS;
        double[] sums = new double[count];
        double[] squares = new double[count];
        for (int[] group : groups(pictures)) {
            try (Scope scope = Scope.open()) {
                float[] seen = PictureClassifier.statistics(pictures.pixels(group));
                for (int i = 0; i < seen.length; i++) {
                    sums[i % count] += seen[i];
                    squares[i % count] += seen[i] * seen[i];
                }
            }
        }
        List<Double> means = new ArrayList<>();
        List<Double> spreads = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            double mean = sums[k] / pictures.size();
            means.add(mean);
            spreads.add(Math.sqrt(Math.max(LEAST, squares[k] / pictures.size() - mean * mean)));
        }
        return new ClassifierConfig(settings.label(), labels, recipe.data().size(), settings.hidden(), means, spreads);
    }

    private static List<int[]> groups(PictureSet set) {
        return IntStream.iterate(0, from -> from < set.size(), from -> from + BATCH)
                .mapToObj(from -> IntStream.range(from, Math.min(set.size(), from + BATCH))
                        .toArray())
                .toList();
    }

    private List<String> labels(PictureSet set) {
        String key = recipe.classifier().label();
        List<String> found = IntStream.range(0, set.size())
                .mapToObj(i -> set.metadata(i, key))
                .distinct()
                .sorted()
                .toList();
        if (found.contains("")) {
            throw new UserException(
                    "Some pictures of " + recipe.data().shards() + " do not tell their " + key + " in the metadata");
        }
        return found;
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        long[] positions = part.own();
        int[] own = indices(positions);
        Tensor shown = pictures.pixels(own);
        // Every other picture is shown as an autoencoder gives it back, if there are any, and disturbed.
        for (int i = 0; i < own.length && copies.count() > 0; i++) {
            if (isChanged(part, i)) {
                int copy = (int) (positions[i] / 2 % copies.count()); // half of the positions get here
                own[i] = copies.picture(copy);
                shown.narrow(0, i, 1).copyInPlace(copies.pixels(copy));
            }
        }
        Tensor logits = network.logits(partlyChanged(shown, part, rng));
        Tensor loss = Nn.crossEntropy(logits, answers(pictures, own)).mul(part.share());
        return Losses.of(loss, Map.of("answer", loss));
    }

    /** Every other picture of the batch is shown as it is, so that rendered pictures are read as well as drawn ones. */
    private Tensor partlyChanged(Tensor pixels, BatchPart part, Rng rng) {
        float[] change = new float[part.count()];
        for (int i = 0; i < change.length; i++) {
            change[i] = isChanged(part, i) ? 1 : 0;
        }
        Tensor changed = changes.apply(pixels, part, rng).sub(pixels);
        return pixels.add(changed.mul(Tensors.of(change, change.length, 1, 1, 1)));
    }

    private static boolean isChanged(BatchPart part, int i) {
        return (part.from() + i) % 2 == 1;
    }

    private Tensor answers(PictureSet set, int... indices) {
        long[] answers = Arrays.stream(indices)
                .mapToObj(i -> set.metadata(i, config.label()))
                .mapToLong(config.labels()::indexOf)
                .toArray();
        return Tensors.of(answers, answers.length);
    }

    @Override
    Map.Entry<String, Object> lesson(int picture) {
        return Map.entry(config.label(), pictures.metadata(picture, config.label()));
    }

    @Override
    public Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        heldOut.keySet().forEach(family -> figures.put(family + RIGHT, true));
        return figures;
    }

    /** The share of right answers on each held-out family. */
    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        PictureClassifier classifier = network(chosen);
        Map<String, Double> figures = new LinkedHashMap<>();
        heldOut.forEach((family, set) -> figures.put(family + RIGHT, right(classifier, set)));
        return figures;
    }

    private double right(PictureClassifier classifier, PictureSet set) {
        int right = 0;
        for (int[] group : groups(set)) {
            try (Scope scope = Scope.open()) {
                int[] told = Autograd.off(() -> classifier.answers(set.pixels(group)));
                for (int i = 0; i < group.length; i++) {
                    String answer = config.labels().get(told[i]);
                    right += answer.equals(set.metadata(group[i], config.label())) ? 1 : 0;
                }
            }
        }
        return (double) right / set.size();
    }

    /** Writes the classifier with what it reaches on held-out pictures, in bfloat16. */
    @Override
    public void export(Weights chosen, Path folder) {
        config.write(folder, evaluate(chosen));
        WeightFiles.write(folder.resolve(PictureClassifier.WEIGHTS), chosen, DType.BF16, Map.of());
    }

    @Override
    public Workload workload() {
        return Workloads.classifier(config);
    }

    private PictureClassifier network(Weights chosen) {
        return new PictureClassifier(config, chosen);
    }

    @Override
    public void close() {
        copies.close();
        super.close();
    }
}
