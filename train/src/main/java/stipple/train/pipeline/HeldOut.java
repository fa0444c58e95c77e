package stipple.train.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import stipple.data.SampleSource;
import stipple.data.source.DataSets;
import stipple.model.config.ModelConfig;
import stipple.model.loss.TrainingRows;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.torch.UserException;
import stipple.train.recipe.MixturePart;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.StageRecipe;

/**
 * What a run on a mixture is measured on: one sample a row, the first caption before its picture, nothing changed by chance,
 * pictures of every shape in the buckets of the run's last stage.
 */
public final class HeldOut implements AutoCloseable {
    /** Samples taken of each set, evenly spaced. */
    private static final int MOST = 256;

    private final LatentStore latents;
    private final int pad;
    private final Map<String, List<TokenRow>> parts = new LinkedHashMap<>();

    /**
     * Reads and encodes all of it.
     *
     * @throws UserException if a set has no usable sample
     */
    public HeldOut(Recipe recipe, ModelConfig config, PromptTokenizer tokenizer, Autoencoder autoencoder) {
        RunStage.Shared shared = TrainingStream.shared(recipe, config, tokenizer, autoencoder);
        List<StageRecipe> stages = TrainingStream.stages(recipe);
        PictureBuckets buckets = new PictureBuckets(stages.getLast().bases());
        this.pad = shared.tokens().pad();
        this.latents = new LatentStore(shared.encoder(), shared.pixelsPerToken());
        try {
            for (MixturePart part : recipe.data().measured()) {
                parts.put(part.name(), rows(shared, part, buckets));
            }
        } catch (RuntimeException e) {
            latents.close();
            throw e;
        }
    }

    private List<TokenRow> rows(RunStage.Shared shared, MixturePart part, PictureBuckets buckets) {
        Category category = Category.of(part.category());
        SampleSource source = EvenSource.of(DataSets.open(Path.of(part.path()), part.family()), MOST);
        SampleTable table = SampleTable.load(source, SampleTable.Rules.of(shared.data(), part, buckets, 0), latents);
        RowMaker maker = new RowMaker(shared.tokens(), shared.tokenizer());
        int side = shared.pixelsPerToken();
        int most = Augmentation.mostPictures(
                shared.data().pack(), Math.toIntExact(buckets.largestArea() / ((long) side * side)));
        List<TokenRow> rows = table.entries().stream()
                .map(entry -> row(shared, part, category, maker, entry, most))
                .filter(row -> row.length() <= shared.data().pack())
                .toList();
        if (rows.isEmpty()) {
            throw new UserException("No held-out sample of '" + part.name() + "' fits into a row of "
                    + shared.data().pack() + " tokens; raise data.pack or choose smaller pictures");
        }
        return rows;
    }

    private static TokenRow row(
            RunStage.Shared shared,
            MixturePart part,
            Category category,
            RowMaker maker,
            SampleTable.Entry entry,
            int most) {
        String caption = part.captionRule().all(entry.json()).getFirst();
        return switch (category) {
            case PAIR ->
                maker.pair(
                        cut(shared, caption, shared.maxText()), entry.pictures().getFirst(), false);
            case EDIT -> maker.tagged(TaggedText.parse(caption, entry.pictures().size()), entry.pictures(), false);
            case INTERLEAVE -> {
                TaggedText text = TaggedText.parse(caption, entry.pictures().size());
                TaggedText window = text.tags().size() > most ? text.window(0, most - 1) : text;
                yield maker.tagged(window, entry.pictures(), true);
            }
            case TEXT -> maker.text(cut(shared, caption, shared.data().pack() - 1));
        };
    }

    private static int[] cut(RunStage.Shared shared, String text, int most) {
        int[] ids = shared.tokenizer().apply(text);
        return ids.length > most ? Arrays.copyOf(ids, most) : ids;
    }

    /** The rows of each set by its name. */
    public Map<String, List<TokenRow>> parts() {
        return parts;
    }

    /** Cuts rows into batches of no more than so many tokens, padding included, and at least one row. */
    public static List<List<TokenRow>> batches(List<TokenRow> rows, int tokens) {
        int longest = rows.stream().mapToInt(TokenRow::length).max().orElse(1);
        int count = Math.max(1, tokens / longest);
        List<List<TokenRow>> batches = new ArrayList<>();
        IntStream.iterate(0, i -> i < rows.size(), i -> i + count)
                .forEach(i -> batches.add(rows.subList(i, Math.min(rows.size(), i + count))));
        return batches;
    }

    /** Rows of {@link #parts}, padded, with their pictures; in the current scope. */
    public TrainingRows batch(List<TokenRow> rows) {
        return RowBatch.of(rows, latents::get, pad);
    }

    @Override
    public void close() {
        latents.close();
    }
}
