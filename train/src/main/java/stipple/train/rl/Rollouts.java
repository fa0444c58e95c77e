package stipple.train.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.backbone.RowsPass;
import stipple.model.NextStepModel;
import stipple.model.config.GenerationDefaults;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Sampler;
import stipple.model.generate.PixelTensors;
import stipple.model.generate.Samplers;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.objective.TrainedModel;
import stipple.train.post.PictureRows;
import stipple.train.post.PostObjective;
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
    private final List<String> prompts;
    private final List<PromptRow> rows;
    private final List<String> heldOut;
    private final SampleOrder order;
    private final WeightedRewards rewards;

    Rollouts(Recipe recipe, TrainedModel model, Sampler sampler) {
        this.recipe = recipe;
        this.settings = recipe.grpo();
        this.model = model;
        this.sampler = sampler;
        int side = recipe.data().size();
        this.grid = new ImageSize(side, side).grid(model.config().latent().pixelsPerToken());
        this.unconditional = new PromptRows(model.tokenizer(), model.config()).unconditional("", grid);
        this.prompts = Prompts.training(settings.prompts());
        this.rows = prompts.stream().map(this::row).toList();
        this.heldOut =
                settings.holdout() == null ? List.of() : Prompts.heldOut(settings.holdout(), settings.holdoutPrompts());
        this.order = new SampleOrder(recipe.seed(), prompts.size());
        this.rewards = new WeightedRewards(recipe.rewards());
    }

    private PromptRow row(String prompt) {
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
        return prompts.size();
    }

    TokenGrid grid() {
        return grid;
    }

    List<String> rewardNames() {
        return rewards.names();
    }

    /** Text tokens of a prompt on average. */
    double textTokens() {
        return rows.stream().mapToInt(PromptRow::length).average().orElseThrow();
    }

    /** The prompt at a position of the endless stream. */
    String prompt(long position) {
        return prompts.get(order.at(position));
    }

    /** Each prompt of some groups as often as it has pictures. */
    private List<PromptRow> rows(long first, int groups) {
        List<PromptRow> chosen = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            chosen.add(rows.get(order.at(first + g)));
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
        long[] seeds = new long[groups * settings.group()];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = Seeds.mix(recipe.seed(), first + i / settings.group(), i % settings.group(), 7);
        }
        GenerationDefaults defaults = model.config().generation();
        return new PictureSampler(sampler, settings.steps(), defaults.shift(), settings.cfg(), grid, defaults.useNorm())
                .draw(policy, rows(first, groups), unconditional, seeds, kept);
    }

    /** Scores the pictures of groups. */
    WeightedRewards.Scores score(Sampled sampled, long first) {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < sampled.tokens().size(0); i++) {
            asked.add(prompt(first + i / settings.group()));
        }
        return score(asked, sampled.tokens());
    }

    /** Scores pictures of some prompts. */
    private WeightedRewards.Scores score(List<String> asked, Tensor tokens) {
        List<Judged> judged = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            Tensor pixels = pixels(tokens);
            for (int i = 0; i < asked.size(); i++) {
                judged.add(new Judged(asked.get(i), PixelTensors.image(pixels.narrow(0, i, 1))));
            }
        }
        return rewards.of(judged);
    }

    /** Decodes pictures {@code [n, tokens, token]} to {@code [n, 3, h, w]}. */
    Tensor pixels(Tensor tokens) {
        return PostObjective.pixels(model, tokens, grid.rows(), grid.columns());
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
        Tensor tokens = sampled.tokens().indexSelect(0, index);
        PictureRows without =
                settings.cfg() > 1 ? joined(PromptRows.repeat(List.of(unconditional), chosen.length), tokens) : null;
        return new PolicyPass(network, joined(own, tokens), without, settings.cfg(), way);
    }

    private PictureRows joined(List<PromptRow> own, Tensor tokens) {
        return PictureRows.of(
                own,
                tokens,
                model.config().tokens().imagePlaceholder(),
                model.config().tokens().pad());
    }

    /** Draws every held-out prompt once, as the model is drawn with by default, always with the same seeds. */
    Map<String, Double> measure(NextStepModel network) {
        GenerationDefaults d = model.config().generation();
        PictureSampler drawer = new PictureSampler(
                Samplers.of(d.sampler(), EstimateSampler.DEFAULT_NOISE_LEVEL),
                d.steps(),
                d.shift(),
                d.cfg(),
                grid,
                d.useNorm());
        Map<String, Double> sums = new LinkedHashMap<>();
        int most = recipe.batch() * settings.group();
        for (int from = 0; from < heldOut.size(); from += most) {
            List<String> some = heldOut.subList(from, Math.min(heldOut.size(), from + most));
            long[] seeds = new long[some.size()];
            for (int i = 0; i < seeds.length; i++) {
                seeds[i] = Seeds.mix(recipe.seed(), (long) from + i, 8);
            }
            try (Scope scope = Scope.open()) {
                List<PromptRow> asked = some.stream().map(this::row).toList();
                Sampled sampled = drawer.draw(network, asked, unconditional, seeds, Set.of());
                WeightedRewards.Scores scores = score(some, sampled.tokens());
                sums.merge("reward", Arrays.stream(scores.total()).sum(), Double::sum);
                scores.byName()
                        .forEach((name, values) -> sums.merge(
                                "reward_" + name, Arrays.stream(values).sum(), Double::sum));
            }
        }
        sums.replaceAll((name, sum) -> sum / heldOut.size());
        return sums;
    }

    @Override
    public void close() {
        rewards.close();
    }
}
