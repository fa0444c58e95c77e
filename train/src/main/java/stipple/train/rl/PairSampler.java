package stipple.train.rl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import stipple.model.NextStepModel;
import stipple.model.files.AtomicFile;
import stipple.model.generate.PixelTensors;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.dpo.PairFolder;
import stipple.train.dpo.PreferencePair;
import stipple.train.objective.TrainedModel;
import stipple.train.recipe.Recipe;
import stipple.train.reward.WeightedRewards;

/**
 * Builds preference pairs from the model's own pictures (NextStep-1, section on DPO): for each prompt a group is sampled and
 * scored, winners come from its top and losers from the rest. Prompts, sampling and rewards are those of a recipe for
 * reinforcement learning. What was sampled stays in the folder, so that an interrupted build goes on where it stopped.
 */
public final class PairSampler implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAMPLED = "sampled.jsonl";

    private final Recipe recipe;
    private final Settings settings;
    private final TrainedModel model;
    private final Rollouts rollouts;

    /**
     * How pairs are chosen.
     *
     * @param prompts how many prompts are sampled, in the order in which a run of the recipe would see them
     * @param top pictures of a group from which winners come; published: 4 of 16
     * @param pairs pairs of a prompt, no two with the same winner or the same loser
     * @param heldOut whether prompts are those of {@code grpo.holdout}, in their own order, for {@code dpo.holdout}
     */
    public record Settings(int prompts, int top, int pairs, boolean heldOut) {
        /** Checks ranges. */
        public Settings {
            if (prompts < 1 || top < 1 || pairs < 1 || pairs > top) {
                throw new UserException("Pairs need at least one prompt, and no more pairs of a prompt than pictures at"
                        + " the top, got " + prompts + " prompts, top " + top + ", " + pairs + " pairs");
            }
        }
    }

    /**
     * A prompt that is done.
     *
     * @param done prompts done so far
     * @param prompt its text
     * @param pairs pairs it gave
     * @param best the best score
     * @param mean the mean score
     */
    public record Progress(int done, String prompt, int pairs, double best, double mean) {}

    /**
     * Loads the model and opens the rewards.
     *
     * @param recipe for reinforcement learning
     */
    public PairSampler(Recipe recipe, Settings settings) {
        if (!recipe.objective().equals("grpo")) {
            throw new UserException("Pairs are sampled by a recipe for grpo, which names prompts, sampling and rewards;"
                    + " this one is for " + recipe.objective());
        }
        int group = recipe.grpo().group();
        if (settings.top() + settings.pairs() > group) {
            throw new UserException("A group of " + group + " pictures has no " + settings.pairs() + " losers beside "
                    + settings.top() + " at the top; set grpo.group to 16, say");
        }
        this.recipe = recipe;
        this.settings = settings;
        this.model = new TrainedModel(recipe);
        try {
            FlowSteps steps =
                    new FlowSteps(recipe.grpo(), model.config().generation().shift(), recipe.seed());
            Prompts prompts = settings.heldOut() ? Prompts.heldOut(recipe) : Prompts.training(recipe);
            this.rollouts = new Rollouts(recipe, model, steps.sampler(), prompts);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Samples, ranks and writes.
     *
     * @param folder gets the pictures and, at the end, {@value PairFolder#FILE}
     * @return the pairs
     */
    public List<PreferencePair> build(Path folder, Consumer<Progress> progress) {
        Path journal = folder.resolve(SAMPLED);
        List<PreferencePair> pairs = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            int done = resume(journal, pairs);
            NextStepModel policy = model.with(model.weights().trained());
            for (int i = done; i < settings.prompts(); i++) {
                int position = i;
                pairs.addAll(Autograd.off(() -> sample(policy, folder, position, journal, progress)));
            }
        } catch (IOException e) {
            throw new UserException("Cannot write pairs to " + folder + ": " + AtomicFile.reason(e), e);
        }
        if (pairs.isEmpty()) {
            throw new UserException("No prompt gave pictures of different scores, so there are no pairs in " + folder);
        }
        PairFolder.write(folder, pairs);
        return pairs;
    }

    /** Everything that decides about pairs. */
    private String key() {
        return recipe.nextstep().init() + " " + recipe.seed() + " "
                + recipe.data().size() + " " + recipe.dtype() + " " + recipe.grpo() + " " + recipe.rewards() + " "
                + settings.top() + " " + settings.pairs() + (settings.heldOut() ? " held out" : "");
    }

    /** Takes over what an earlier build sampled, and returns how many prompts that were. */
    private int resume(Path journal, List<PreferencePair> pairs) throws IOException {
        if (!Files.exists(journal)) {
            append(journal, JSON.createObjectNode().put("key", key()));
            return 0;
        }
        List<JsonNode> lines = new ArrayList<>();
        String text = Files.readString(journal, StandardCharsets.UTF_8);
        int whole = text.lastIndexOf('\n') + 1;
        try {
            for (String line : text.substring(0, whole).lines().toList()) {
                lines.add(JSON.readTree(line));
            }
        } catch (JsonProcessingException e) {
            throw new UserException(journal + " is malformed; remove the folder to begin again", e);
        }
        if (lines.isEmpty() || !lines.getFirst().path("key").asText().equals(key())) {
            throw new UserException(journal + " belongs to other settings; give another folder, or remove it");
        }
        // A line that was cut off is sampled again.
        Files.writeString(journal, text.substring(0, whole), StandardCharsets.UTF_8);
        List<JsonNode> prompts = lines.subList(1, Math.min(lines.size(), settings.prompts() + 1));
        for (JsonNode line : prompts) {
            line.path("pairs")
                    .forEach(pair -> pairs.add(new PreferencePair(
                            line.path("prompt").asText(),
                            pair.path(0).asText(),
                            pair.path(1).asText())));
        }
        return prompts.size();
    }

    private static void append(Path journal, ObjectNode line) throws IOException {
        Files.writeString(
                journal, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private List<PreferencePair> sample(
            NextStepModel policy, Path folder, int position, Path journal, Consumer<Progress> progress) {
        try (Scope scope = Scope.open()) {
            Sampled sampled = rollouts.draw(policy, position, 1, Set.of());
            WeightedRewards.Scores scores = rollouts.score(sampled, position);
            String prompt = rollouts.prompt(position);
            List<Ranking.Pair> chosen = Ranking.pairs(
                    scores.total(),
                    settings.top(),
                    settings.pairs(),
                    recipe.grpo().minStd(),
                    recipe.seed() + position);
            ObjectNode line = JSON.createObjectNode().put("prompt", prompt);
            ArrayNode listed = line.putArray("pairs");
            List<PreferencePair> pairs = new ArrayList<>();
            Tensor pixels = chosen.isEmpty() ? null : rollouts.pixels(sampled.tokens());
            for (int k = 0; k < chosen.size(); k++) {
                String name = "%06d-%d-".formatted(position, k);
                PreferencePair pair = new PreferencePair(prompt, name + "winner.png", name + "loser.png");
                write(folder.resolve(pair.winner()), pixels, chosen.get(k).winner());
                write(folder.resolve(pair.loser()), pixels, chosen.get(k).loser());
                listed.addArray().add(pair.winner()).add(pair.loser());
                pairs.add(pair);
            }
            append(journal, line);
            progress.accept(new Progress(
                    position + 1, prompt, pairs.size(), Ranking.best(scores.total()), Ranking.mean(scores.total())));
            return pairs;
        } catch (IOException e) {
            throw new UserException("Cannot write " + journal + ": " + AtomicFile.reason(e), e);
        }
    }

    private static void write(Path file, Tensor pixels, int picture) {
        PixelImage image = PixelTensors.image(pixels.narrow(0, picture, 1));
        PngWriter.write(file, image, PngMetadata.NONE);
    }

    @Override
    public void close() {
        rollouts.close();
        model.close();
    }
}
