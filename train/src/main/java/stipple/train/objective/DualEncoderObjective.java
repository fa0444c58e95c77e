package stipple.train.objective;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import stipple.model.agreement.CaptionVectors;
import stipple.model.agreement.DualEncoder;
import stipple.model.agreement.DualEncoderConfig;
import stipple.model.agreement.Retrieval;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.PictureSet;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.files.WeightFiles;
import stipple.train.recipe.DualEncoderRecipe;
import stipple.train.recipe.Recipe;

/**
 * Trains a dual encoder: each picture must find its caption among those of the batch and many others (the picture's half of
 * the loss of Radford et al. 2021). The captions' half is left out: captions come from a frozen encoder, so that there can be
 * thousands of them at no cost, and the loss of a batch is the sum over its parts.
 */
public final class DualEncoderObjective extends JudgeObjective {
    private static final int MEASURED = 1000;
    private static final String AT_1 = "_at_1";
    private static final String AT_5 = "_at_5";

    private final Recipe recipe;
    private final DualEncoderRecipe settings;
    private final PictureChanges changes;
    private final CaptionVectors captions;
    private final DualEncoderConfig config;
    private final Weights weights;
    private final DualEncoder network;
    /** Rows of the captions of each picture. */
    private final int[][] variants;

    /** Loads the pictures and the captions' vectors, and makes fresh weights. */
    public DualEncoderObjective(Recipe recipe) {
        // Captions are quick to miss, and a judge without them need not read its pictures first.
        this.captions = CaptionVectors.load(Path.of(recipe.dualEncoder().captions()));
        super(recipe, recipe.dualEncoder().alsoMeasured());
        this.recipe = recipe;
        this.settings = recipe.dualEncoder();
        this.changes = new PictureChanges(settings.shift(), settings.blur(), settings.noise());
        this.config = settings.config(recipe.data().size(), captions.width(), captions.encoder());
        this.weights = FreshWeights.autoencoder(config.expected(), recipe.seed());
        this.network = network(weights);
        this.variants = IntStream.range(0, pictures.size()).mapToObj(this::rows).toArray(int[][]::new);
    }

    /** Variants for which nobody asked have no vectors; the first must. */
    private int[] rows(int picture) {
        List<String> all = pictures.captions(picture);
        return IntStream.concat(
                        IntStream.of(captions.row(all.getFirst())),
                        all.stream().skip(1).filter(captions::has).mapToInt(captions::row))
                .toArray();
    }

    @Override
    public Weights weights() {
        return weights;
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        CaptionChoice choice = choice(part.positions());
        int[] own = indices(part.own());
        Tensor pixels = changes.apply(pictures.pixels(own), part, rng);
        Tensor products = network.pictures(pixels)
                .matmul(network.captions(captions.vectors(choice.rows())).transpose(0, 1))
                .mul(network.scale());
        Tensor mask = choice.mask(Arrays.stream(own).mapToObj(i -> variants[i]).toArray(int[][]::new), part.from());
        long[] labels =
                LongStream.range(part.from(), part.from() + part.count()).toArray();
        Tensor loss = Nn.crossEntropy(products.add(mask), Tensors.of(labels, labels.length))
                .mul(part.share());
        return Losses.of(loss, Map.of("contrast", loss));
    }

    private CaptionChoice choice(long[] positions) {
        return CaptionChoice.draw(
                variants, indices(positions), settings.negatives(), Seeds.mix(recipe.seed(), positions[0]));
    }

    @Override
    Map.Entry<String, Object> lesson(int picture) {
        return Map.entry("captions", pictures.captions(picture));
    }

    @Override
    public Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        for (String family : heldOut.keySet()) {
            figures.put(family + AT_1, true);
            figures.put(family + AT_5, true);
        }
        return figures;
    }

    /** Retrieval of the first caption of at most {@value #MEASURED} pictures of each held-out family. */
    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        DualEncoder encoder = network(chosen);
        Map<String, Double> figures = new LinkedHashMap<>();
        heldOut.forEach((family, set) -> {
            int[] ranks = Autograd.off(() -> ranks(encoder, set));
            figures.put(family + AT_1, Retrieval.at(1, ranks));
            figures.put(family + AT_5, Retrieval.at(5, ranks));
        });
        return figures;
    }

    private int[] ranks(DualEncoder encoder, PictureSet set) {
        // Neighbours in a family are neighbours in meaning; groups of a fixed mixture are as hard as those of any
        // other.
        SampleOrder mixed = new SampleOrder(0, set.size());
        int count = Math.min(MEASURED, set.size());
        IntStream ranks = IntStream.empty();
        for (int from = 0; from < count; from += Retrieval.GROUP) {
            int[] group = IntStream.range(from, Math.min(count, from + Retrieval.GROUP))
                    .map(mixed::at)
                    .toArray();
            ranks = IntStream.concat(ranks, Arrays.stream(ranks(encoder, set, group)));
        }
        return ranks.toArray();
    }

    private int[] ranks(DualEncoder encoder, PictureSet set, int[] group) {
        List<String> own =
                Arrays.stream(group).mapToObj(i -> set.captions(i).getFirst()).toList();
        try (Scope scope = Scope.open()) {
            Tensor products = encoder.pictures(set.pixels(group))
                    .matmul(encoder.captions(captions.vectors(own)).transpose(0, 1));
            float[] all = products.toFloats();
            float[][] table = new float[group.length][];
            for (int i = 0; i < group.length; i++) {
                table[i] = Arrays.copyOfRange(all, i * group.length, (i + 1) * group.length);
            }
            return Retrieval.ranks(table, own);
        }
    }

    /** Writes the encoder with what it reaches on held-out pictures, in bfloat16. */
    @Override
    public void export(Weights chosen, Path folder) {
        config.write(folder, evaluate(chosen));
        WeightFiles.write(folder.resolve(DualEncoder.WEIGHTS), chosen, DType.BF16, Map.of());
    }

    @Override
    public Workload workload() {
        return Workloads.dualEncoder(recipe, config);
    }

    private DualEncoder network(Weights chosen) {
        return new DualEncoder(config, chosen, recipe.compute());
    }

    @Override
    public void close() {
        super.close();
        captions.close();
    }
}
