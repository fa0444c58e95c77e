package stipple.train.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import stipple.model.NextStepModel;
import stipple.model.backbone.RowsPass;
import stipple.model.config.GenerationDefaults;
import stipple.model.flow.Sampler;
import stipple.model.generate.PixelTensors;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.data.Seeds;
import stipple.train.objective.TokenPixels;
import stipple.train.objective.TrainedModel;
import stipple.train.post.PictureRows;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.reward.Judged;
import stipple.train.reward.WeightedRewards;

/** Prompts, groups of pictures drawn of them, and what the rewards say. */
final class Rollouts implements AutoCloseable {
    private final Recipe recipe;
    private final GrpoRecipe settings;
    private final TrainedModel model;
    private final Sampler sampler;
    private final TokenGrid grid;
    private final PromptRow unconditional;
    private final Prompts prompts;
    private final Map<String, PromptRow> rows = new HashMap<>();
    private final WeightedRewards rewards;
    private final TokenPixels pixels;

    Rollouts(Recipe recipe, TrainedModel model, Sampler sampler, Prompts prompts) {
        this.recipe = recipe;
        this.settings = recipe.grpo();
        this.model = model;
        this.sampler = sampler;
        int side = recipe.data().size();
        this.grid = new ImageSize(side, side).grid(model.config().latent().pixelsPerToken());
        this.unconditional = new PromptRows(model.tokenizer(), model.config()).unconditional("", grid);
        this.prompts = prompts;
        prompts.all().forEach(prompt -> rows.put(prompt, row(prompt)));
        if (settings.stretch() != null && settings.stretch() > grid.count()) {
            throw new UserException("Recipe: grpo.stretch is " + settings.stretch() + " tokens, but a picture of "
                    + side + " pixels has " + grid.count() + "; use fewer, or leave it out for all");
        }
        this.rewards = new WeightedRewards(recipe.rewards());
        if (settings.byParts()) {
            rewards.requireLocating();
        }
        this.pixels = model.pixels(grid, recipe.compute());
    }

    /** How the model reads a prompt before it draws. */
    PromptRow row(String prompt) {
        PromptRow row = new PromptRows(model.tokenizer(), model.config()).textToImage(prompt, "", grid);
        int positions = row.length() + grid.count();
        int most = model.config().backbone().maxPositions();
        if (positions > most) {
            throw new UserException("The prompt '" + prompt + "' and its picture need " + positions
                    + " positions, the model has " + most + "; use a shorter prompt or a smaller data.size");
        }
        return row;
    }

    int size() {
        return rows.size();
    }

    PromptRow unconditional() {
        return unconditional;
    }

    TokenGrid grid() {
        return grid;
    }

    WeightedRewards rewards() {
        return rewards;
    }

    /** Text tokens of a prompt on average. */
    double textTokens() {
        return rows.values().stream().mapToInt(PromptRow::length).average().orElseThrow();
    }

    /** The prompt at a position of the endless stream. */
    String prompt(long position) {
        return prompts.at(position);
    }

    /** Each prompt of some groups as often as it has pictures. */
    private List<PromptRow> rows(long first, int groups) {
        List<PromptRow> chosen = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            chosen.add(rows.get(prompt(first + g)));
        }
        return PromptRows.repeat(chosen, settings.group());
    }

    /**
     * Draws groups of pictures.
     *
     * @param first position of the first group
     * @param kept flow steps whose points are kept
     */
    Sampled draw(NextStepModel policy, long first, int groups, Set<Integer> kept) {
        List<PictureNoise.Seed> seeds = IntStream.range(0, groups * settings.group())
                .mapToObj(i -> seed(first + i / settings.group(), i % settings.group()))
                .toList();
        return sampler().draw(policy, rows(first, groups), unconditional, seeds, kept);
    }

    /** Draws the first picture of a group once more, by a policy that need not be the same. */
    Sampled redraw(NextStepModel policy, long group, Set<Integer> kept) {
        List<PromptRow> row = List.of(rows.get(prompt(group)));
        return sampler().draw(policy, row, unconditional, List.of(seed(group, 0)), kept);
    }

    private PictureNoise.Seed seed(long group, int picture) {
        long own = Seeds.mix(recipe.seed(), group, picture, 7);
        return settings.stretch() == null
                ? PictureNoise.Seed.alone(own)
                : new PictureNoise.Seed(own, Seeds.mix(recipe.seed(), group, 0, 8), stretch(group));
    }

    /** The tokens of a group that are learnt from. */
    private Stretch stretch(long group) {
        return settings.stretch() == null
                ? Stretch.whole(grid.count())
                : Stretch.of(recipe.seed(), group, settings.stretch(), grid.count());
    }

    /**
     * The tokens that are learnt from, counted through all pictures of a sampling.
     *
     * @param first position of its first group
     * @param pictures of it that take part
     */
    long[] learnt(long first, int[] pictures) {
        return Stretch.rows(pictures, stretches(first, pictures), grid.count());
    }

    private Stretch[] stretches(long first, int[] pictures) {
        return Arrays.stream(pictures)
                .mapToObj(i -> stretch(first + i / settings.group()))
                .toArray(Stretch[]::new);
    }

    private PictureSampler sampler() {
        GenerationDefaults defaults = model.config().generation();
        return new PictureSampler(
                sampler,
                settings.steps(),
                defaults.shift(),
                settings.cfg(),
                grid,
                defaults.useNorm(),
                defaults.contextNoise());
    }

    /** Scores the pictures of groups. */
    WeightedRewards.Scores score(Sampled sampled, long first) {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < sampled.tokens().size(0); i++) {
            asked.add(prompt(first + i / settings.group()));
        }
        List<Judged> judged = judged(asked, sampled.tokens());
        return settings.byParts() ? rewards.withParts(judged) : rewards.of(judged);
    }

    /** Pictures of some prompts to be judged. */
    List<Judged> judged(List<String> asked, Tensor tokens) {
        List<Judged> judged = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            Tensor pixels = pixels(tokens);
            for (int i = 0; i < asked.size(); i++) {
                judged.add(new Judged(asked.get(i), PixelTensors.image(pixels.narrow(0, i, 1))));
            }
        }
        return judged;
    }

    /** Decodes pictures {@code [n, tokens, token]} to {@code [n, 3, h, w]}. */
    Tensor pixels(Tensor tokens) {
        return pixels.decode(tokens);
    }

    /** Reads a picture of {@link #redraw} in one parallel pass. */
    PolicyPass pass(NextStepModel network, long group, Sampled redrawn) {
        List<PromptRow> own = List.of(rows.get(prompt(group)));
        return pass(network, own, redrawn.read(), learnt(group, new int[1]), PictureRows.plain(network));
    }

    /** Reads chosen pictures of groups in one parallel pass, the plain way. */
    PolicyPass pass(NextStepModel network, long first, Sampled sampled, int[] chosen) {
        return pass(network, first, sampled, chosen, PictureRows.plain(network));
    }

    /** The same in another way through the backbone. */
    PolicyPass pass(NextStepModel network, long first, Sampled sampled, int[] chosen, RowsPass way) {
        List<PromptRow> all = rows(first, (int) (sampled.tokens().size(0) / settings.group()));
        List<PromptRow> own = Arrays.stream(chosen).mapToObj(all::get).toList();
        Tensor index = Tensors.of(Arrays.stream(chosen).asLongStream().toArray(), chosen.length);
        int[] places = IntStream.range(0, chosen.length).toArray();
        long[] asked = Stretch.rows(places, stretches(first, chosen), grid.count());
        return pass(network, own, sampled.read().indexSelect(0, index), asked, way);
    }

    private PolicyPass pass(NextStepModel network, List<PromptRow> own, Tensor tokens, long[] asked, RowsPass way) {
        PictureRows without =
                settings.learntCfg() > 1 ? joined(PromptRows.repeat(List.of(unconditional), own.size()), tokens) : null;
        return new PolicyPass(network, joined(own, tokens), without, settings.learntCfg(), asked, way);
    }

    private PictureRows joined(List<PromptRow> own, Tensor tokens) {
        return PictureRows.of(
                own,
                tokens,
                model.config().tokens().imagePlaceholder(),
                model.config().tokens().pad());
    }

    @Override
    public void close() {
        try (pixels) {
            rewards.close();
        }
    }
}
