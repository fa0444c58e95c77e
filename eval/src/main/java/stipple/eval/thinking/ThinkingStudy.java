package stipple.eval.thinking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePlan;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.eval.composition.Verdict;
import stipple.eval.composition.Verifier;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.stats.Bootstrap;
import stipple.model.image.ImageSize;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.think.TextSettings;
import stipple.model.think.ThinkMode;
import stipple.model.think.Thinker;
import stipple.torch.UserException;

/**
 * Draws the test prompts of the composition domain in several ways and compares each with drawing at once: planning, spelling
 * the prompt out, weighing plans in rounds, and the best of several pictures by the judge itself, which is the baseline for
 * more compute without thinking. Pictures stay in the folder, a subfolder for each way, so a study that was stopped goes on.
 *
 * @param arms ways to draw; drawing at once is among them
 * @param prompts prompts a class at most
 * @param seeds pictures a prompt
 * @param text how thoughts are written
 * @param settings how pictures are drawn
 */
public record ThinkingStudy(List<Arm> arms, int prompts, int seeds, TextSettings text, DrawSettings settings) {
    /** Seeds of the pictures among which the judge chooses lie apart by this. */
    private static final long APART = 1000;

    /** Checks the numbers. */
    public ThinkingStudy {
        arms = List.copyOf(arms);
        if (!arms.contains(Arm.DIRECT) || arms.stream().distinct().count() != arms.size()) {
            throw new UserException("A study compares with drawing at once: name direct and each other way once");
        }
        if (prompts < 1 || prompts > ScenePrompts.MOST || seeds < 1 || seeds >= APART) {
            throw new UserException("A study needs 1 to " + ScenePrompts.MOST + " prompts a class and 1 to "
                    + (APART - 1) + " seeds, got " + prompts + " and " + seeds);
        }
    }

    /** Hears how far a way is. */
    @FunctionalInterface
    public interface Progress {
        /** So many pictures are there of all. */
        void done(String arm, int pictures, int all);
    }

    /** A picture that was asked for in one way: everything drawn for it, and what was written. */
    private record Case(
            ScenePrompt prompt, List<PictureOrder> orders, String thought, int tokens, boolean unfinished) {}

    /** Draws what is missing and judges everything. */
    public List<ArmResult> run(NextStepCheckpoint checkpoint, ModelIdentity identity, Path output, Progress progress) {
        Map<Arm, List<double[][]>> correct = new LinkedHashMap<>();
        List<ArmResult> results = new ArrayList<>();
        List<Arm> order = new ArrayList<>(arms);
        order.remove(Arm.DIRECT);
        order.addFirst(Arm.DIRECT);
        for (Arm arm : order) {
            results.add(run(arm, checkpoint, identity, output.resolve(arm.name()), correct, progress));
        }
        return results;
    }

    private ArmResult run(
            Arm arm,
            NextStepCheckpoint checkpoint,
            ModelIdentity identity,
            Path output,
            Map<Arm, List<double[][]>> correct,
            Progress progress) {
        Map<String, String> who = new LinkedHashMap<>();
        who.put("suite", "thinking");
        who.put("way", arm.toString());
        who.put("text", text.toString());
        who.put("model_hash", identity.hash());
        who.put("autoencoder_hash", identity.vaeHash());
        who.put("adapters", identity.adapters().toString());
        who.putAll(settings.inForce(checkpoint.config()));
        RunFolder folder = RunFolder.open(output, who);
        List<List<List<Case>>> cases = cases(arm, checkpoint);
        List<Case> flat =
                cases.stream().flatMap(List::stream).flatMap(List::stream).toList();
        PictureRun.draw(
                checkpoint,
                folder,
                flat.stream().flatMap(one -> one.orders().stream()).toList(),
                settings,
                (done, all) -> progress.done(arm.name(), done, all));
        List<double[][]> right = new ArrayList<>();
        double score = 0;
        for (List<List<Case>> type : cases) {
            double[][] values = new double[type.size()][seeds];
            for (int p = 0; p < values.length; p++) {
                for (int s = 0; s < seeds; s++) {
                    Verdict best = best(type.get(p).get(s), folder);
                    values[p][s] = best.correct() ? 1 : 0;
                    score += best.score() / flat.size();
                }
            }
            right.add(values);
        }
        correct.put(arm, right);
        return new ArmResult(
                arm.name(),
                Bootstrap.mean(right),
                Bootstrap.overall(right),
                score,
                arm.equals(Arm.DIRECT) ? null : Bootstrap.paired(differences(right, correct.get(Arm.DIRECT)), 0),
                plans(arm, flat),
                flat.stream()
                        .mapToInt(one -> one.unfinished() ? 1 : 0)
                        .average()
                        .orElseThrow(),
                flat.stream().mapToInt(Case::tokens).average().orElseThrow(),
                (double) arm.pictures() * imageTokens(checkpoint));
    }

    private static Verdict best(Case one, RunFolder folder) {
        Verdict best = null;
        for (PictureOrder order : one.orders()) {
            Verdict verdict = Verifier.judge(one.prompt(), Pictures.read(folder.picture(order)));
            best = best == null || verdict.score() > best.score() ? verdict : best;
        }
        return best;
    }

    private static List<double[][]> differences(List<double[][]> own, List<double[][]> direct) {
        List<double[][]> differences = new ArrayList<>();
        for (int c = 0; c < own.size(); c++) {
            double[][] values = new double[own.get(c).length][];
            for (int p = 0; p < values.length; p++) {
                values[p] = own.get(c)[p].clone();
                for (int s = 0; s < values[p].length; s++) {
                    values[p][s] -= direct.get(c)[p][s];
                }
            }
            differences.add(values);
        }
        return differences;
    }

    private static double plans(Arm arm, List<Case> cases) {
        if (!arm.mode().equals(Optional.of(ThinkMode.PLAN))) {
            return Double.NaN;
        }
        return cases.stream()
                .mapToInt(one -> ScenePlan.parse(one.thought())
                                .filter(plan -> one.prompt().fits(plan.scene()))
                                .isPresent()
                        ? 1
                        : 0)
                .average()
                .orElseThrow();
    }

    private double imageTokens(NextStepCheckpoint checkpoint) {
        ImageSize size = settings.size() == null
                ? new ImageSize(
                        checkpoint.config().generation().width(),
                        checkpoint.config().generation().height())
                : settings.size();
        return size.grid(checkpoint.config().latent().pixelsPerToken()).count();
    }

    /** By class, prompt and seed. Thoughts depend on the seed alone, so a study that goes on has the same. */
    private List<List<List<Case>>> cases(Arm arm, NextStepCheckpoint checkpoint) {
        Thinker thinker =
                arm.mode().map(mode -> new Thinker(checkpoint, mode, text)).orElse(null);
        List<List<List<Case>>> classes = new ArrayList<>();
        for (SceneClass type : SceneClass.values()) {
            List<List<Case>> ofClass = new ArrayList<>();
            for (ScenePrompt prompt :
                    ScenePrompts.test(type).stream().limit(prompts).toList()) {
                List<Case> ofPrompt = new ArrayList<>();
                for (long seed = 1; seed <= seeds; seed++) {
                    ofPrompt.add(thinker == null ? drawn(arm, prompt, seed) : thought(arm, thinker, prompt, seed));
                }
                ofClass.add(ofPrompt);
            }
            classes.add(ofClass);
        }
        return classes;
    }

    private static Case drawn(Arm arm, ScenePrompt prompt, long seed) {
        List<PictureOrder> orders = new ArrayList<>();
        for (int k = 0; k < arm.pictures(); k++) {
            orders.add(new PictureOrder(prompt.id(), prompt.text(), seed + k * APART));
        }
        return new Case(prompt, orders, "", 0, false);
    }

    private static Case thought(Arm arm, Thinker thinker, ScenePrompt prompt, long seed) {
        ThinkMode mode = arm.mode().orElseThrow();
        Thinker.Coordinated result = arm.effort().isPresent()
                ? thinker.coordinate(prompt.text(), arm.effort().get(), seed * APART)
                : thinker.once(prompt.text(), seed);
        boolean unfinished = !result.thought().complete();
        String asked = unfinished
                ? prompt.text()
                : mode.prompt(prompt.text(), result.thought().text());
        List<PictureOrder> orders = List.of(new PictureOrder(prompt.id(), asked, seed));
        return new Case(prompt, orders, result.thought().text(), result.tokens(), unfinished);
    }
}
