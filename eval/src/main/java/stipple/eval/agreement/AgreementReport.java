package stipple.eval.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import stipple.data.pixels.Pixels;
import stipple.eval.report.Confusion;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.report.Item;
import stipple.eval.report.Mark;
import stipple.eval.report.Scores;
import stipple.eval.run.PictureOrder;
import stipple.model.agreement.Retrieval;

/** What both judges say of drawn and of real emoji. */
final class AgreementReport {
    private static final String DRAWN = "all groups";
    private static final String REAL = "all groups of the set";
    private static final String COPIES = REAL + ", through the model's autoencoder";

    private final AgreementScorer scorer;
    private final StyleJudge styles;
    private final List<Item> items = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<Figure> judge = new ArrayList<>();
    private final List<Judged> drawn = new ArrayList<>();
    private final List<Judged> real = new ArrayList<>();
    private final List<Confusion> confusions = new ArrayList<>();
    private int seeds;

    AgreementReport(AgreementScorer scorer, StyleJudge styles) {
        this.scorer = scorer;
        this.styles = styles;
    }

    /**
     * A judged picture.
     *
     * @param rank captions of the group that suit it better than its own
     * @param nearest the caption that suits it best
     * @param style what the judge of style says
     */
    private record Judged(EmojiPrompt prompt, int rank, String nearest, String style) {
        boolean styled() {
            return style.equals(prompt.style().id());
        }
    }

    /**
     * Judges a group.
     *
     * @param pictures those of the first prompt first, as many for each as it has orders
     */
    void add(
            String group,
            List<EmojiPrompt> prompts,
            Function<EmojiPrompt, List<PictureOrder>> orders,
            List<Pixels> pictures) {
        List<Judged> own = judge(prompts, pictures);
        seeds = pictures.size() / prompts.size();
        List<PictureOrder> all =
                prompts.stream().flatMap(p -> orders.apply(p).stream()).toList();
        for (int i = 0; i < own.size(); i++) {
            items.add(item(group, own.get(i), all.get(i)));
        }
        figures.addAll(shares(group, own, seeds));
        drawn.addAll(own);
        List<Judged> known =
                judge(prompts, prompts.stream().map(EmojiPrompt::real).toList());
        judge.addAll(shares(group + " of the set", known, 1));
        real.addAll(known);
    }

    private List<Judged> judge(List<EmojiPrompt> prompts, List<Pixels> pictures) {
        List<String> captions = prompts.stream().map(EmojiPrompt::caption).toList();
        float[][] products = scorer.products(pictures, captions);
        List<String> told = styles.tell(pictures);
        int each = pictures.size() / prompts.size();
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            int best = 0;
            for (int k = 1; k < captions.size(); k++) {
                best = products[i][k] > products[i][best] ? k : best;
            }
            judged.add(new Judged(
                    prompts.get(i / each),
                    Retrieval.rank(products[i], captions, i / each),
                    captions.get(best),
                    told.get(i)));
        }
        return judged;
    }

    /** Tells the styles of the set's pictures after a change, such as a trip through an autoencoder. */
    void copies(List<EmojiPrompt> prompts, UnaryOperator<Pixels> change) {
        List<String> told =
                styles.tell(prompts.stream().map(EmojiPrompt::real).map(change).toList());
        List<Judged> copies = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            copies.add(new Judged(prompts.get(i), 0, "", told.get(i)));
        }
        figures.add(style(DRAWN, drawn, seeds));
        judge.add(style(REAL, real, 1));
        judge.add(style(COPIES, copies, 1));
        confusions.add(confusion("Styles of drawn pictures: asked for (rows), told (columns)", drawn));
        confusions.add(confusion("Styles of pictures of the set: true (rows), told (columns)", real));
        confusions.add(confusion("The same pictures through the model's autoencoder", copies));
    }

    private Confusion confusion(String name, List<Judged> judged) {
        return Confusion.of(
                name,
                styles.styles(),
                judged.stream().map(j -> j.prompt().style().id()).toList(),
                judged.stream().map(Judged::style).toList());
    }

    EvalReport report(String model, Map<String, String> settings) {
        return new EvalReport(AgreementSuite.NAME, model, settings, figures, judge, items).withConfusions(confusions);
    }

    private static List<Figure> shares(String group, List<Judged> judged, int each) {
        int captions = judged.size() / each;
        return List.of(
                share(group + ", own caption first of " + captions, judged, each, j -> j.rank() < 1),
                share(group + ", among the first 5", judged, each, j -> j.rank() < 5),
                style(group, judged, each));
    }

    private static Figure style(String group, List<Judged> judged, int each) {
        return share(group + ", style", judged, each, Judged::styled);
    }

    /** A row for each prompt, with a 1 for each picture that meets the condition. */
    private static Figure share(String name, List<Judged> judged, int each, Predicate<Judged> met) {
        double[][] values = new double[judged.size() / each][each];
        for (int i = 0; i < judged.size(); i++) {
            values[i / each][i % each] = met.test(judged.get(i)) ? 1 : 0;
        }
        return Scores.share(name, values);
    }

    private static Item item(String group, Judged j, PictureOrder order) {
        String verdict = j.rank() == 0
                ? "own caption first"
                : "own caption is number " + (j.rank() + 1) + ", first is '" + j.nearest() + "'";
        return new Item(
                group,
                j.prompt().key(),
                j.prompt().caption(),
                order.seed(),
                order.file(),
                j.rank() == 0,
                1.0 / (1 + j.rank()),
                verdict + (j.styled() ? "" : "; style looks like " + j.style()),
                Map.of(Mark.STYLE.id(), Mark.of(j.styled()), Mark.FIRST5.id(), Mark.of(j.rank() < 5)));
    }
}
