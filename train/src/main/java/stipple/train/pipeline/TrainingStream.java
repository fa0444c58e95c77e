package stipple.train.pipeline;

import java.util.Arrays;
import java.util.List;
import stipple.model.config.ModelConfig;
import stipple.model.loss.TrainingRows;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.model.vae.Patches;
import stipple.torch.UserException;
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
        this.shared = new RunStage.Shared(
                recipe.data(),
                config.tokens(),
                config.latent().pixelsPerToken(),
                new CaptionTokens(tokenizer::encode),
                pixels -> Patches.unfold(
                        autoencoder.latents(pixels), config.latent().patch()),
                recipe.nextstep().dropText(),
                recipe.nextstep().maxText());
        List<Integer> bases = recipe.data().bases().isEmpty()
                ? List.of(recipe.data().size())
                : recipe.data().bases();
        this.stages = recipe.data().stages().isEmpty()
                ? List.of(new StageRecipe(Long.MAX_VALUE, bases))
                : recipe.data().stages();
        open(0);
    }

    /** The rows at some positions, all of one batch. */
    public List<TokenRow> rows(long... positions) {
        long step = positions[0] / recipe.batch();
        int wanted = 0;
        while (wanted < stages.size() - 1 && step >= stages.get(wanted).until()) {
            wanted++;
        }
        if (wanted != current) {
            open(wanted);
        }
        long first = wanted == 0 ? 0 : stages.get(wanted - 1).until() * recipe.batch();
        return Arrays.stream(positions).mapToObj(p -> rows.row(p - first)).toList();
    }

    private void open(int wanted) {
        close();
        stage = new RunStage(shared, stages.get(wanted).bases(), Seeds.mix(recipe.seed(), 3, wanted));
        rows = new Prefetch(stage, recipe.data().prefetch() * recipe.batch(), 1);
        current = wanted;
    }

    /** Rows that {@link #rows} gave, padded, with their pictures. */
    public TrainingRows batch(List<TokenRow> chosen) {
        return RowBatch.of(chosen, stage.latents()::get, shared.tokens().pad());
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
