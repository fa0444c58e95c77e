package stipple.train.rl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.pipeline.Mixture;
import stipple.train.recipe.GrpoRecipe;

/**
 * The prompts of a run in the order in which they are asked: those of the composition domain, or a file with one on each line.
 * Several threads may ask.
 */
final class Prompts {
    private final List<List<String>> lists;
    private final List<SampleOrder> orders;
    private final Mixture mixture;

    /**
     * Lists of prompts.
     *
     * @param orders within each list, or none for the order of the list
     * @param mixture of several lists
     */
    private Prompts(List<List<String>> lists, List<SampleOrder> orders, Mixture mixture) {
        this.lists = lists;
        this.orders = orders;
        this.mixture = mixture;
    }

    /** Prompts to train on: of the composition domain, combinations that its training sets show too. */
    static Prompts training(GrpoRecipe recipe, long seed) {
        if (!recipe.ofComposition()) {
            return shuffled(lines(Path.of(recipe.prompts())), seed);
        }
        Function<SceneClass, List<ScenePrompt>> seen = type -> ScenePrompts.seen(type, recipe.promptsPerClass());
        if (recipe.classes().isEmpty()) {
            return shuffled(inTurns(seen), seed);
        }
        List<List<String>> lists = new ArrayList<>();
        List<SampleOrder> orders = new ArrayList<>();
        for (String id : recipe.classes().keySet()) {
            lists.add(texts(seen.apply(SceneClass.ofId(id))));
            orders.add(new SampleOrder(
                    Seeds.mix(seed, lists.size(), 9), lists.getLast().size()));
        }
        double[] weights =
                recipe.classes().values().stream().mapToDouble(w -> w).toArray();
        return new Prompts(lists, orders, new Mixture(seed, weights));
    }

    /** Prompts to measure on, in a fixed order: of the composition domain, combinations that no training sees. */
    static Prompts heldOut(GrpoRecipe recipe) {
        if (recipe.holdout() == null) {
            throw new UserException("Held-out prompts are those of grpo.holdout, which the recipe leaves out");
        }
        List<String> all = recipe.holdout().equals(GrpoRecipe.COMPOSITION)
                ? inTurns(ScenePrompts::test)
                : lines(Path.of(recipe.holdout()));
        return new Prompts(List.of(all), List.of(), null);
    }

    private static Prompts shuffled(List<String> all, long seed) {
        return new Prompts(List.of(all), List.of(new SampleOrder(seed, all.size())), null);
    }

    /** All classes in turns. */
    private static List<String> inTurns(Function<SceneClass, List<ScenePrompt>> prompts) {
        List<List<String>> classes = Stream.of(SceneClass.values())
                .map(type -> texts(prompts.apply(type)))
                .toList();
        List<String> all = new ArrayList<>();
        int most = classes.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < most; i++) {
            for (List<String> one : classes) {
                if (i < one.size()) {
                    all.add(one.get(i));
                }
            }
        }
        return all;
    }

    private static List<String> texts(List<ScenePrompt> prompts) {
        return prompts.stream().map(ScenePrompt::text).toList();
    }

    /** The lines of a file that are not blank. */
    static List<String> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    "No prompts at " + file + "; give 'composition' or a text file with a prompt on each line");
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (lines.isEmpty()) {
                throw new UserException(file + " has no prompts");
            }
            return lines;
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Every prompt. */
    List<String> all() {
        return lists.stream().flatMap(List::stream).toList();
    }

    /** The prompt at a position of the endless stream. */
    synchronized String at(long position) {
        Mixture.Pick pick = mixture == null ? new Mixture.Pick(0, position) : mixture.at(position);
        List<String> list = lists.get(pick.part());
        int index = orders.isEmpty()
                ? (int) (pick.position() % list.size())
                : orders.get(pick.part()).at(pick.position());
        return list.get(index);
    }
}
