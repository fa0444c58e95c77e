package stipple.train.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import stipple.data.SampleSource;
import stipple.data.order.ReferenceSeed;
import stipple.data.order.ShardOrder;
import stipple.data.shards.ShardSet;
import stipple.data.source.DataSets;
import stipple.model.config.SpecialTokens;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.recipe.DataRecipe;
import stipple.train.recipe.MixturePart;

/** The mixture at one set of resolutions: all parts with their latents, and the rows drawn from them. */
final class RunStage implements RowStream, AutoCloseable {
    private final Shared shared;
    private final LatentStore latents;
    private final List<Part> parts = new ArrayList<>();
    private final Mixture mixture;

    /** A part of the mixture at work. */
    private record Part(MixturePart recipe, SampleTable table, RowStream rows) {}

    /**
     * What all stages share.
     *
     * @param pixelsPerToken side of a token in pixels
     * @param tokenizer token ids of a text
     * @param encoder pixels {@code [n, 3, h, w]} to image tokens {@code [n, k, token]}
     * @param dropText chance that a pair begins with its picture
     * @param maxText tokens to which the caption of a pair is cut
     */
    record Shared(
            DataRecipe data,
            SpecialTokens tokens,
            int pixelsPerToken,
            Function<String, int[]> tokenizer,
            UnaryOperator<Tensor> encoder,
            double dropText,
            int maxText) {}

    RunStage(Shared shared, List<Integer> bases, long seed) {
        this.shared = shared;
        PictureBuckets buckets = new PictureBuckets(bases);
        latents = new LatentStore(shared.encoder(), shared.pixelsPerToken());
        try {
            List<MixturePart> recipes = shared.data().mixture();
            for (int i = 0; i < recipes.size(); i++) {
                parts.add(part(shared, recipes.get(i), buckets, Seeds.mix(seed, 16, i)));
            }
            mixture = new Mixture(
                    seed, recipes.stream().mapToDouble(MixturePart::weight).toArray());
        } catch (RuntimeException failure) {
            latents.close();
            throw failure;
        }
    }

    private Part part(Shared shared, MixturePart recipe, PictureBuckets buckets, long seed) {
        Category category = Category.of(recipe.category());
        Path path = Path.of(recipe.path());
        SampleSource source = DataSets.open(path, recipe.family());
        SampleTable table =
                SampleTable.load(source, SampleTable.Rules.of(shared.data(), recipe, buckets, seed), latents);
        LongToIntFunction order = order(shared.data(), source, table, seed);
        int pack = shared.data().pack();
        int eos = shared.tokens().eos();
        if (category == Category.TEXT) {
            return new Part(recipe, table, new TextStream(documents(shared, recipe, table, seed), order, pack, eos));
        }
        int side = shared.pixelsPerToken();
        int longest = Math.toIntExact(buckets.largestArea() / ((long) side * side));
        DrawnSamples.Draws draws = new DrawnSamples.Draws(
                category,
                recipe.captionRule(),
                Augmentation.REFERENCE,
                shared.dropText(),
                shared.maxText(),
                Augmentation.mostPictures(pack, longest),
                seed);
        RowMaker maker = new RowMaker(shared.tokens(), shared.tokenizer());
        SampleStream samples = new DrawnSamples(table, order, draws, maker, shared.tokenizer());
        return new Part(recipe, table, new PackedStream(samples, pack, recipe.name()));
    }

    /** Documents are drawn once and not per pass, so that all passes are equally long. */
    private static List<int[]> documents(Shared shared, MixturePart recipe, SampleTable table, long seed) {
        return IntStream.range(0, table.size())
                .parallel()
                .mapToObj(i -> shared.tokenizer()
                        .apply(recipe.captionRule()
                                .draw(table.get(i).json(), new SplittableRandom(Seeds.mix(seed, 1, i)))))
                .toList();
    }

    private static LongToIntFunction order(DataRecipe data, SampleSource source, SampleTable table, long seed) {
        if (data.order().equals("shards")) {
            if (!(source instanceof ShardSet shards)) {
                throw new UserException(
                        "Recipe: data.order 'shards' needs tar shards, but " + source.name() + " has none");
            }
            return new ShardOrder(ReferenceSeed.of(seed), firsts(shards.firstSamples(), table), table.size());
        }
        SampleOrder order = new SampleOrder(seed, table.size());
        return position -> {
            synchronized (order) {
                return order.at(position);
            }
        };
    }

    /** The first usable sample of every shard that has one. */
    private static int[] firsts(int[] firstSamples, SampleTable table) {
        List<Integer> sources =
                table.entries().stream().map(SampleTable.Entry::source).toList();
        return IntStream.of(firstSamples)
                .map(first -> {
                    int at = Collections.binarySearch(sources, first, Comparator.naturalOrder());
                    return at < 0 ? -at - 1 : at;
                })
                .filter(at -> at < sources.size())
                .distinct()
                .toArray();
    }

    @Override
    public TokenRow row(long position) {
        Mixture.Pick pick = mixture.at(position);
        TokenRow row = parts.get(pick.part()).rows().row(pick.position());
        return shared.data().separate() ? row.separated(shared.tokens().eos()) : row;
    }

    /** The category of the row at a position. */
    Category category(long position) {
        return Category.of(parts.get(mixture.at(position).part()).recipe().category());
    }

    /** The categories of the mixture. */
    Set<Category> categories() {
        return parts.stream().map(part -> Category.of(part.recipe().category())).collect(Collectors.toSet());
    }

    LatentStore latents() {
        return latents;
    }

    /** What became of each part; plans the first pass of each. */
    List<PartReport> report() {
        double weights = parts.stream().mapToDouble(p -> p.recipe().weight()).sum();
        return parts.stream()
                .map(part -> {
                    PackedStream packed = part.rows() instanceof PackedStream p ? p : null;
                    return new PartReport(
                            part.recipe().name(),
                            Category.of(part.recipe().category()),
                            part.recipe().weight() / weights,
                            part.table().size(),
                            part.table().skips(),
                            packed == null ? 0 : packed.rejected(),
                            packed == null ? 0 : packed.waste());
                })
                .toList();
    }

    @Override
    public void close() {
        latents.close();
    }
}
