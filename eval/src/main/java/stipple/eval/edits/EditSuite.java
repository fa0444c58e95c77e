package stipple.eval.edits;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import stipple.data.composition.CompositionBuilder;
import stipple.data.pixels.Pixels;
import stipple.data.source.DataSets;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.report.EvalJson;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.report.Item;
import stipple.eval.report.Mark;
import stipple.eval.report.Scores;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * Edits held-out pictures and judges whether the instruction was obeyed and the rest kept; a picture is right if both hold. The
 * judge is tested on the set's own targets, which it should call right, and on unchanged sources and blank paper, which it should
 * not.
 *
 * @param data a set of edits, such as {@code stipple data build edits} makes
 * @param family its shard family; null for the held-out pairs or combinations, whichever it has
 * @param kinds kinds of edits; all if empty
 * @param prompts edits of a kind at most
 * @param seeds pictures an edit, seeds 1, 2, …
 * @param settings how to draw
 */
public record EditSuite(Path data, String family, List<String> kinds, int prompts, int seeds, DrawSettings settings) {
    /** Name of the suite. */
    public static final String NAME = "edits";

    /** Families that training leaves out, of edits of emoji and of compositions. */
    private static final List<String> HELD_OUT = List.of("unseen_pair", CompositionBuilder.UNSEEN);

    /** Checks the numbers. */
    public EditSuite {
        kinds = List.copyOf(kinds);
        if (prompts < 1 || seeds < 1) {
            throw new UserException("The suite needs an edit of each kind and a seed, got " + prompts + " edits and "
                    + seeds + " seeds");
        }
    }

    /** Draws what is missing, judges everything and writes the report into the folder. */
    public EvalReport run(
            NextStepCheckpoint checkpoint,
            ModelIdentity identity,
            AgreementScorer scorer,
            Path output,
            PictureRun.Progress progress) {
        Map<String, String> who = RunIdentity.of(NAME, checkpoint, identity, settings);
        RunFolder folder = RunFolder.open(output, who);
        int side = settings.sample(checkpoint.config()).size().width();
        String chosen = family == null ? heldOut(data) : family;
        List<EditSample> edits = EditSample.of(data, chosen, kinds, prompts, side);
        List<PictureOrder> orders =
                edits.stream().flatMap(edit -> orders(edit).stream()).toList();
        PictureRun.draw(checkpoint, folder, orders, settings, progress);
        EditJudge judge = new EditJudge(scorer);
        Map<String, List<List<EditJudge.Verdict>>> verdicts = new LinkedHashMap<>();
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < edits.size(); i++) {
            EditSample edit = edits.get(i);
            List<EditJudge.Verdict> own = new ArrayList<>();
            for (PictureOrder order : orders(edit)) {
                Pixels result = Pictures.read(folder.picture(order));
                EditJudge.Verdict verdict = judge.judge(edit, result, next(edits, i));
                own.add(verdict);
                String shown = "judged/" + edit.key() + "/" + order.seed() + ".png";
                PngWriter.write(folder.path().resolve(shown), beside(edit, result), PngMetadata.NONE);
                items.add(item(edit, order, shown, verdict));
            }
            verdicts.computeIfAbsent(edit.kind(), k -> new ArrayList<>()).add(own);
        }
        List<Figure> figures = new ArrayList<>(Scores.of(items));
        verdicts.forEach((kind, all) -> {
            figures.add(share(kind + ", obeyed", all, EditJudge.Verdict::obeyed));
            figures.add(share(kind + ", rest kept", all, EditJudge.Verdict::kept));
        });
        Map<String, String> told = new LinkedHashMap<>(who);
        told.put("data", data.getFileName() + " (" + chosen + ")");
        told.put(EvalReport.JUDGE, scorer.identity());
        EvalReport report = new EvalReport(NAME, identity.name(), told, figures, accuracy(judge, edits), items);
        EvalJson.write(output, report);
        return report;
    }

    private static String heldOut(Path data) {
        List<String> families = DataSets.families(data);
        return HELD_OUT.stream()
                .filter(families::contains)
                .findFirst()
                .orElseThrow(() -> new UserException(data + " has no shards of " + String.join(" or ", HELD_OUT)
                        + "; it has " + String.join(", ", families) + ": choose one by --family"));
    }

    private List<PictureOrder> orders(EditSample edit) {
        return PictureOrder.of(edit.key(), edit.instruction(), seeds).stream()
                .map(order -> order.editing(Pictures.of(edit.source())))
                .toList();
    }

    private static EditSample next(List<EditSample> edits, int i) {
        return edits.get((i + 1) % edits.size());
    }

    /** What was given, what came out, and what the set has for it. */
    private static PixelImage beside(EditSample edit, Pixels result) {
        int side = result.width();
        Pixels all = Pixels.filled(3 * side, result.height(), 255);
        all.paste(edit.source(), 0, 0);
        all.paste(result, side, 0);
        all.paste(edit.target(), 2 * side, 0);
        return Pictures.of(all);
    }

    private static Item item(EditSample edit, PictureOrder order, String shown, EditJudge.Verdict verdict) {
        String prompt = edit.before().isEmpty() ? edit.instruction() : edit.before() + ": " + edit.instruction();
        return new Item(
                edit.kind(),
                edit.key(),
                prompt,
                order.seed(),
                shown,
                verdict.isRight(),
                verdict.score(),
                verdict.words(),
                Map.of(Mark.OBEYED.id(), Mark.of(verdict.obeyed()), Mark.KEPT.id(), Mark.of(verdict.kept())));
    }

    private static Figure share(String name, List<List<EditJudge.Verdict>> verdicts, Predicate<EditJudge.Verdict> met) {
        return Scores.share(
                name,
                verdicts.stream()
                        .map(own -> own.stream()
                                .mapToDouble(v -> met.test(v) ? 1 : 0)
                                .toArray())
                        .toArray(double[][]::new));
    }

    private static List<Figure> accuracy(EditJudge judge, List<EditSample> edits) {
        Map<String, List<Integer>> byKind = new LinkedHashMap<>();
        for (int i = 0; i < edits.size(); i++) {
            byKind.computeIfAbsent(edits.get(i).kind(), k -> new ArrayList<>()).add(i);
        }
        List<Figure> figures = new ArrayList<>();
        byKind.forEach((kind, all) -> {
            figures.add(known(
                    kind + ", targets called right",
                    judge,
                    edits,
                    all,
                    EditSample::target,
                    EditJudge.Verdict::isRight));
            figures.add(known(
                    kind + ", sources called not obeyed", judge, edits, all, EditSample::source, v -> !v.obeyed()));
            figures.add(
                    known(kind + ", blank paper called wrong", judge, edits, all, EditSuite::blank, v -> !v.isRight()));
        });
        return figures;
    }

    private static Pixels blank(EditSample edit) {
        return Pixels.filled(edit.source().width(), edit.source().height(), 255);
    }

    private static Figure known(
            String name,
            EditJudge judge,
            List<EditSample> edits,
            List<Integer> chosen,
            Function<EditSample, Pixels> picture,
            Predicate<EditJudge.Verdict> right) {
        return Scores.share(
                name,
                chosen.stream()
                        .map(i -> {
                            EditSample edit = edits.get(i);
                            EditJudge.Verdict verdict = judge.judge(edit, picture.apply(edit), next(edits, i));
                            return new double[] {right.test(verdict) ? 1 : 0};
                        })
                        .toArray(double[][]::new));
    }
}
