package stipple.train.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import stipple.model.config.ModelConfig;
import stipple.model.config.SpecialTokens;
import stipple.model.loss.TrainingRows;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.model.vae.Patches;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.data.EncodingSample;
import stipple.train.data.LatentFiles;
import stipple.train.data.Seeds;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.StageRecipe;

/**
 * The rows of a run whose recipe has a {@code data.mixture}: stages of resolution, mixture, packing, background loading.
 * The row at a position depends on the recipe and the position alone. One thread, the one that runs the networks, asks.
 */
public final class TrainingStream implements AutoCloseable {
    private final Recipe recipe;
    private final RunStage.Shared shared;
    private final List<StageRecipe> stages;
    private int current = -1;
    private RunStage stage;
    private Prefetch rows;
    private long waitedNanos;
    private final List<String> news = new ArrayList<>();

    /**
     * Opens the first stage: reads its data sets and encodes all pictures.
     *
     * @throws UserException if the recipe does not fit the model, or a data set has no usable sample
     */
    public TrainingStream(Recipe recipe, ModelConfig config, PromptTokenizer tokenizer, Autoencoder autoencoder) {
        this.recipe = recipe;
        int positions = config.backbone().maxPositions();
        if (recipe.data().pack() > positions) {
            throw new UserException("Recipe: data.pack is " + recipe.data().pack() + ", but the model has only "
                    + positions + " positions");
        }
        this.shared = shared(recipe, config, tokenizer, autoencoder);
        this.stages = stages(recipe);
        open(0);
    }

    /** What all stages of a run share. */
    static RunStage.Shared shared(
            Recipe recipe, ModelConfig config, PromptTokenizer tokenizer, Autoencoder autoencoder) {
        return new RunStage.Shared(
                recipe.data(),
                config.tokens(),
                config.latent().pixelsPerToken(),
                new CaptionTokens(tokenizer::encode),
                encoder(recipe, config, autoencoder),
                recipe.nextstep().dropText(),
                recipe.nextstep().maxText());
    }

    /** Pixels {@code [n, 3, h, w]} in [-1, 1] to image tokens {@code [n, k, token]}, kept on disk where the recipe says so. */
    public static UnaryOperator<Tensor> encoder(Recipe recipe, ModelConfig config, Autoencoder autoencoder) {
        UnaryOperator<Tensor> encoder = pixels ->
                Patches.unfold(autoencoder.latents(pixels), config.latent().patch());
        return EncodingSample.of(
                encoder,
                () -> LatentFiles.in(
                        recipe.data().latents(), encoder, 4 * config.latent().pixelsPerToken()));
    }

    /** The stages of a run; one without an end if the recipe has none. */
    static List<StageRecipe> stages(Recipe recipe) {
        List<Integer> bases = recipe.data().bases().isEmpty()
                ? List.of(recipe.data().size())
                : recipe.data().bases();
        return recipe.data().stages().isEmpty()
                ? List.of(new StageRecipe(Long.MAX_VALUE, bases))
                : recipe.data().stages();
    }

    /** The rows at some positions, all of one batch. */
    public List<TokenRow> rows(long... positions) {
        long first = enter(positions[0]);
        long began = System.nanoTime();
        List<TokenRow> chosen =
                Arrays.stream(positions).mapToObj(p -> rows.row(p - first)).toList();
        waitedNanos += System.nanoTime() - began;
        return chosen;
    }

    /** Opens the stage of a position if need be; returns the stage's first position. */
    private long enter(long position) {
        long step = position / recipe.batch();
        int wanted = 0;
        while (wanted < stages.size() - 1 && step >= stages.get(wanted).until()) {
            wanted++;
        }
        if (wanted != current) {
            open(wanted);
        }
        return wanted == 0 ? 0 : stages.get(wanted - 1).until() * recipe.batch();
    }

    /** The share of each category among the rows at some positions, in the order of the categories. */
    public Map<String, Double> shares(long... positions) {
        long first = enter(positions[0]);
        Map<Category, Double> shares = new EnumMap<>(Category.class);
        stage.categories().forEach(category -> shares.put(category, 0.0));
        for (long position : positions) {
            shares.merge(stage.category(position - first), 1.0 / positions.length, Double::sum);
        }
        Map<String, Double> named = new LinkedHashMap<>();
        shares.forEach((category, share) -> named.put(category.text(), share));
        return named;
    }

    /** Seconds for which {@link #rows} waited for rows in the making. */
    public double waitedSeconds() {
        return waitedNanos / 1e9;
    }

    /** What became of each part of the mixture, once for each stage that was opened since this was last asked. */
    public List<String> news() {
        List<String> lines = List.copyOf(news);
        news.clear();
        return lines;
    }

    private void open(int wanted) {
        close();
        stage = new RunStage(shared, stages.get(wanted).bases(), Seeds.mix(recipe.seed(), 3, wanted));
        rows = new Prefetch(stage, recipe.data().prefetch() * recipe.batch(), 1);
        current = wanted;
        if (stages.size() > 1) {
            news.add("data: stage " + (wanted + 1) + " of " + stages.size() + ", pictures around "
                    + stages.get(wanted).bases() + " pixels");
        }
        stage.report().forEach(part -> news.add("data: " + part.line()));
    }

    /** Rows that {@link #rows} gave, padded, with their pictures. */
    public TrainingRows batch(List<TokenRow> chosen) {
        SpecialTokens tokens = shared.tokens();
        List<TokenRow> each = recipe.data().separate()
                ? chosen.stream()
                        .flatMap(row -> row.samples(tokens.eos(), tokens.imagePlaceholder()).stream())
                        .toList()
                : chosen;
        return RowBatch.of(each, stage.latents()::get, tokens.pad());
    }

    /** What became of each part of the mixture in the current stage. */
    public List<PartReport> report() {
        return stage.report();
    }

    @Override
    public void close() {
        if (stage != null) {
            rows.close();
            stage.close();
            stage = null;
        }
    }
}
