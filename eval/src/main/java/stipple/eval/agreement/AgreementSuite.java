package stipple.eval.agreement;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import stipple.data.emoji.EmojiStyle;
import stipple.data.pixels.Pixels;
import stipple.eval.report.EvalJson;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.report.Item;
import stipple.eval.report.Scores;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.agreement.Retrieval;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * Draws emoji by their captions and looks for each picture's caption among those of all pictures of its group: emoji and style
 * together as seen in training, emoji and style seen but never together, emoji never seen. A picture is right if its own
 * caption suits it best; its style is right if its own suits it best among the styles of the set, the emoji given. The same
 * is done with the pictures of the set, which tells how far the judge can be trusted.
 *
 * @param data the emoji set
 * @param prompts prompts a group, and so captions to choose from
 * @param seeds pictures a prompt, seeds 1, 2, …
 * @param skinTones whether variants that differ in skin colour only are asked for
 * @param settings how to draw
 */
public record AgreementSuite(Path data, int prompts, int seeds, boolean skinTones, DrawSettings settings) {
    /** Name of the suite. */
    public static final String NAME = "agreement";

    /** Families of the set by the group's name. */
    private static final Map<String, String> GROUPS = groups();

    private static Map<String, String> groups() {
        Map<String, String> groups = new LinkedHashMap<>();
        groups.put("seen pairs", "train");
        groups.put("unseen pairs", "unseen_pair");
        groups.put("unseen emoji", "unseen_emoji");
        return groups;
    }

    /** Checks the numbers. */
    public AgreementSuite {
        if (prompts < 2 || seeds < 1) {
            throw new UserException("The suite needs at least 2 prompts a group, to choose from, and a seed, got "
                    + prompts + " prompts and " + seeds + " seeds");
        }
    }

    /** A judged picture. */
    private record Judged(EmojiPrompt prompt, long seed, String file, int rank, String nearest, boolean styled) {}

    /** Draws what is missing, judges everything and writes the report into the folder. */
    public EvalReport run(
            NextStepCheckpoint checkpoint,
            ModelIdentity identity,
            AgreementScorer scorer,
            Path output,
            PictureRun.Progress progress) {
        Map<String, String> who = RunIdentity.of(NAME, checkpoint, identity, settings);
        RunFolder folder = RunFolder.open(output, who);
        Map<String, List<EmojiPrompt>> asked = new LinkedHashMap<>();
        GROUPS.forEach((group, family) -> asked.put(group, EmojiPrompt.of(data, family, prompts, skinTones)));
        List<PictureOrder> orders = asked.values().stream()
                .flatMap(List::stream)
                .flatMap(prompt -> orders(prompt).stream())
                .toList();
        PictureRun.draw(checkpoint, folder, orders, settings, progress);
        return report(identity, who, asked, folder, scorer);
    }

    private List<PictureOrder> orders(EmojiPrompt prompt) {
        return IntStream.rangeClosed(1, seeds)
                .mapToObj(seed -> new PictureOrder(prompt.key(), prompt.caption(), seed))
                .toList();
    }

    private EvalReport report(
            ModelIdentity identity,
            Map<String, String> who,
            Map<String, List<EmojiPrompt>> asked,
            RunFolder folder,
            AgreementScorer scorer) {
        List<EmojiStyle> styles = asked.values().stream()
                .flatMap(List::stream)
                .map(EmojiPrompt::style)
                .distinct()
                .sorted()
                .toList();
        List<Item> items = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        List<Figure> judge = new ArrayList<>();
        asked.forEach((group, list) -> {
            List<PictureOrder> orders =
                    list.stream().flatMap(p -> orders(p).stream()).toList();
            List<Pixels> drawn =
                    orders.stream().map(o -> Pictures.read(folder.picture(o))).toList();
            List<Judged> judged = judge(list, orders, drawn, styles, scorer);
            judged.forEach(j -> items.add(item(group, j)));
            figures.addAll(figures(group, list.size(), judged, seeds));
            List<Pixels> real = list.stream().map(EmojiPrompt::real).toList();
            List<PictureOrder> once =
                    list.stream().map(p -> orders(p).getFirst()).toList();
            judge.addAll(figures(group + " of the set", list.size(), judge(list, once, real, styles, scorer), 1));
        });
        Map<String, String> told = new LinkedHashMap<>(who);
        told.put("data", String.valueOf(data.getFileName()));
        told.put("styles", String.join(", ", styles.stream().map(EmojiStyle::id).toList()));
        EvalReport report = new EvalReport(EvalReport.SCHEMA, NAME, identity.name(), told, figures, judge, items);
        EvalJson.write(folder.path(), report);
        return report;
    }

    private static List<Judged> judge(
            List<EmojiPrompt> prompts,
            List<PictureOrder> orders,
            List<Pixels> pictures,
            List<EmojiStyle> styles,
            AgreementScorer scorer) {
        List<String> captions = prompts.stream().map(EmojiPrompt::caption).toList();
        float[][] products = scorer.products(pictures, captions);
        int each = orders.size() / prompts.size();
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < orders.size(); i++) {
            EmojiPrompt prompt = prompts.get(i / each);
            int own = i / each;
            int best = best(products[i]);
            int rank = Retrieval.rank(products[i], captions, own);
            List<String> inStyles = styles.stream().map(prompt::in).toList();
            float[] styled = scorer.products(List.of(pictures.get(i)), inStyles)[0];
            judged.add(new Judged(
                    prompt,
                    orders.get(i).seed(),
                    orders.get(i).file(),
                    rank,
                    captions.get(best),
                    styles.get(best(styled)) == prompt.style()));
        }
        return judged;
    }

    private static int best(float[] products) {
        return IntStream.range(0, products.length).reduce(0, (a, b) -> products[b] > products[a] ? b : a);
    }

    /** A row for each prompt, with a 1 for each picture that meets the condition. */
    private static double[][] values(List<Judged> judged, int each, Predicate<Judged> met) {
        double[][] values = new double[judged.size() / each][each];
        for (int i = 0; i < judged.size(); i++) {
            values[i / each][i % each] = met.test(judged.get(i)) ? 1 : 0;
        }
        return values;
    }

    private static List<Figure> figures(String group, int captions, List<Judged> judged, int each) {
        return List.of(
                Scores.share(group + ", own caption first of " + captions, values(judged, each, j -> j.rank() < 1)),
                Scores.share(group + ", among the first 5", values(judged, each, j -> j.rank() < 5)),
                Scores.share(group + ", style", values(judged, each, Judged::styled)));
    }

    private static Item item(String group, Judged j) {
        String verdict = j.rank() == 0
                ? "own caption first"
                : "own caption is number " + (j.rank() + 1) + ", first is '" + j.nearest() + "'";
        return new Item(
                group,
                j.prompt().key(),
                j.prompt().caption(),
                j.seed(),
                j.file(),
                j.rank() == 0,
                1.0 / (1 + j.rank()),
                verdict + (j.styled() ? "" : "; looks like another style"));
    }
}
