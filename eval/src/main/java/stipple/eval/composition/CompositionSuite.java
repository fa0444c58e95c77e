package stipple.eval.composition;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
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
import stipple.eval.run.RoundTrip;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.eval.stats.Wilson;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * The protocol of GenEval (Ghosh et al. 2023) on a domain where the judge is exact: fixed prompts of six classes whose
 * combinations training never sees, fixed seeds, a picture is right or wrong, and the overall score is the unweighted mean
 * of the classes.
 *
 * @param classes which classes, in order
 * @param prompts prompts a class at most
 * @param seeds pictures a prompt, seeds 1, 2, …
 * @param seen whether to ask for combinations that training did see instead, to tell what was learnt from what carries over
 * @param scenes rendered scenes on which the judge itself is tested
 * @param settings how to draw
 */
public record CompositionSuite(
        List<SceneClass> classes, int prompts, int seeds, boolean seen, int scenes, DrawSettings settings) {
    /** Name of the suite. */
    public static final String NAME = "composition";

    /** Rendered scenes on which the judge is tested by default: enough to tell 97 % from 100 %. */
    public static final int SCENES = 120;

    /** Checks the numbers. */
    public CompositionSuite {
        classes = List.copyOf(classes);
        if (classes.isEmpty() || prompts < 1 || prompts > ScenePrompts.MOST || seeds < 1 || scenes < 1) {
            throw new UserException("The suite needs a class, 1 to " + ScenePrompts.MOST
                    + " prompts a class, a seed and a scene for the judge, got " + classes.size() + " classes, "
                    + prompts
                    + " prompts, " + seeds + " seeds and " + scenes + " scenes");
        }
    }

    /** Draws what is missing, judges everything and writes the report into the folder. */
    public EvalReport run(
            NextStepCheckpoint checkpoint, ModelIdentity identity, Path output, PictureRun.Progress progress) {
        Map<String, String> who = RunIdentity.of(NAME, checkpoint, identity, settings);
        RunFolder folder = RunFolder.open(output, who);
        List<PictureOrder> orders =
                asked().stream().flatMap(prompt -> orders(prompt).stream()).toList();
        PictureRun.draw(checkpoint, folder, orders, settings, progress);
        List<Item> items = judged(folder);
        Map<String, String> told = new LinkedHashMap<>(who);
        told.put("prompts", seen ? "seen combinations" : "unseen combinations");
        EvalReport report =
                new EvalReport(NAME, identity.name(), told, Scores.of(items), judge(checkpoint, output), items);
        EvalJson.write(output, report);
        return report;
    }

    private List<ScenePrompt> asked() {
        return classes.stream()
                .flatMap(type -> (seen ? ScenePrompts.seen(type) : ScenePrompts.test(type))
                        .stream().limit(prompts))
                .toList();
    }

    private List<PictureOrder> orders(ScenePrompt prompt) {
        return PictureOrder.of(prompt.id(), prompt.text(), seeds);
    }

    private List<Item> judged(RunFolder folder) {
        List<Item> items = new ArrayList<>();
        for (ScenePrompt prompt : asked()) {
            for (PictureOrder order : orders(prompt)) {
                Verdict verdict = Verifier.judge(prompt, Pictures.read(folder.picture(order)));
                items.add(new Item(
                        prompt.type().id(),
                        prompt.id(),
                        prompt.text(),
                        order.seed(),
                        order.file(),
                        verdict.correct(),
                        verdict.score(),
                        verdict.words()));
            }
        }
        return items;
    }

    /**
     * How well the judge reads known scenes: as rendered, and through this model's autoencoder, which is also the ceiling for
     * the model, for what the autoencoder cannot keep (a tint of the ground, a hole of a small shape) nobody can draw.
     * A report in the folder is of the same autoencoder and size, so what it says is not measured again.
     */
    private List<Figure> judge(NextStepCheckpoint checkpoint, Path output) {
        if (Files.isRegularFile(output.resolve(EvalReport.FILE))) {
            List<Figure> known = EvalJson.read(output).judge();
            if (!known.isEmpty() && known.stream().allMatch(figure -> figure.count() == scenes)) {
                return known;
            }
        }
        int side = settings.size() == null
                ? checkpoint.config().generation().width()
                : settings.size().width();
        return List.of(
                accuracy("rendered scenes", side, picture -> picture),
                accuracy(
                        "rendered scenes through the model's autoencoder",
                        side,
                        picture -> RoundTrip.through(checkpoint, picture)));
    }

    private Figure accuracy(String name, int side, UnaryOperator<Pixels> change) {
        double share = JudgeAccuracy.measure(scenes, side, change).overall();
        return new Figure(name, share, Wilson.of(Math.rint(share * scenes), scenes), scenes);
    }
}
