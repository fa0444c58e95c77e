package stipple.eval.thinking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePlan;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.eval.composition.CompositionSuite;
import stipple.eval.composition.Verdict;
import stipple.eval.composition.Verifier;
import stipple.eval.report.EvalJson;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.report.Item;
import stipple.eval.report.ReportPage;
import stipple.eval.report.RunComparison;
import stipple.eval.report.Scores;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.think.TextSettings;
import stipple.model.think.ThinkMode;
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

    /** Makes listeners for the parts of a study. */
    @FunctionalInterface
    public interface Listeners {
        /** Who hears how far a way is with its thoughts or pictures. */
        PictureRun.Progress of(String way, String unit);
    }

    /**
     * A picture that was asked for in one way.
     *
     * @param orders everything drawn for it
     * @param thought what was written first, or null
     */
    private record Case(ScenePrompt prompt, long seed, List<PictureOrder> orders, Thoughts.Written thought) {
        boolean isUnfinished() {
            return thought != null && !thought.complete();
        }

        int tokens() {
            return thought == null ? 0 : thought.tokens();
        }
    }

    /**
     * Draws what is missing, judges everything and writes into the folder of each way a report like that of the composition
     * suite, with the same names of prompts and the same seeds, and its page.
     */
    public List<ArmResult> run(
            NextStepCheckpoint checkpoint, ModelIdentity identity, Path output, Listeners listeners) {
        List<Arm> order = new ArrayList<>(arms);
        order.remove(Arm.DIRECT);
        order.addFirst(Arm.DIRECT);
        List<ArmResult> results = new ArrayList<>();
        EvalReport direct = null;
        for (Arm arm : order) {
            Path folder = output.resolve(arm.name());
            Map<String, String> who = RunIdentity.of("thinking", checkpoint, identity, settings);
            who.put("way", arm.toString());
            who.put("text", text.toString());
            RunFolder run = RunFolder.open(folder, who);
            List<Case> cases = cases(arm, checkpoint, folder, listeners);
            PictureRun.draw(
                    checkpoint,
                    run,
                    cases.stream().flatMap(one -> one.orders().stream()).toList(),
                    settings,
                    listeners.of(arm.name(), "pictures"));
            List<Item> items = cases.stream().map(one -> judged(one, run)).toList();
            EvalReport report = new EvalReport(
                    CompositionSuite.NAME,
                    identity.name() + ", " + arm.name(),
                    who,
                    Scores.of(items),
                    List.of(),
                    items);
            EvalJson.write(folder, report);
            ReportPage.write(folder.resolve(ReportPage.FILE), report, folder);
            direct = direct == null ? report : direct;
            results.add(result(arm, cases, report, direct, checkpoint));
        }
        return results;
    }

    private ArmResult result(
            Arm arm, List<Case> cases, EvalReport report, EvalReport direct, NextStepCheckpoint checkpoint) {
        Figure overall = report.figures().getFirst();
        return new ArmResult(
                arm.name(),
                overall.value(),
                overall.interval(),
                report.items().stream().mapToDouble(Item::score).average().orElseThrow(),
                arm.equals(Arm.DIRECT)
                        ? null
                        : RunComparison.of(direct, List.of(report))
                                .change(Scores.OVERALL)
                                .mean(),
                plans(arm, cases),
                share(cases, Case::isUnfinished),
                cases.stream().mapToInt(Case::tokens).average().orElseThrow(),
                (double) arm.pictures() * imageTokens(checkpoint));
    }

    /** The verdict on the best picture by the judge, which is the only one but where several were drawn. */
    private static Item judged(Case one, RunFolder folder) {
        PictureOrder chosen = null;
        Verdict best = null;
        for (PictureOrder order : one.orders()) {
            Verdict verdict = Verifier.judge(one.prompt(), Pictures.read(folder.picture(order)));
            if (best == null || verdict.score() > best.score()) {
                best = verdict;
                chosen = order;
            }
        }
        String words = best.words();
        if (one.orders().size() > 1) {
            words += "; seed " + chosen.seed() + ", the best of " + one.orders().size();
        }
        if (one.thought() != null) {
            words += (one.isUnfinished() ? "; not brought to an end and left out: " : "; thought: ")
                    + one.thought().text();
        }
        return new Item(
                one.prompt().type().id(),
                one.prompt().id(),
                one.prompt().text(),
                one.seed(),
                chosen.file(),
                best.correct(),
                best.score(),
                words);
    }

    private static double plans(Arm arm, List<Case> cases) {
        return arm.mode().equals(Optional.of(ThinkMode.PLAN))
                ? share(
                        cases,
                        one -> ScenePlan.parse(one.thought().text())
                                .filter(plan -> one.prompt().fits(plan.scene()))
                                .isPresent())
                : Double.NaN;
    }

    private static double share(List<Case> cases, Predicate<Case> met) {
        return (double) cases.stream().filter(met).count() / cases.size();
    }

    private double imageTokens(NextStepCheckpoint checkpoint) {
        return settings.sample(checkpoint.config())
                .size()
                .grid(checkpoint.config().latent().pixelsPerToken())
                .count();
    }

    /** Thoughts depend on the seed alone, so a study that goes on has the same. */
    private List<Case> cases(Arm arm, NextStepCheckpoint checkpoint, Path folder, Listeners listeners) {
        List<ScenePrompt> asked = Stream.of(SceneClass.values())
                .flatMap(type -> ScenePrompts.test(type).stream().limit(prompts))
                .toList();
        List<Case> cases = new ArrayList<>();
        if (arm.mode().isEmpty()) {
            for (ScenePrompt prompt : asked) {
                for (long seed = 1; seed <= seeds; seed++) {
                    cases.add(drawn(arm, prompt, seed));
                }
            }
            return cases;
        }
        Thoughts thoughts = new Thoughts(arm, checkpoint, text, folder);
        PictureRun.Progress progress = listeners.of(arm.name(), "thoughts");
        for (ScenePrompt prompt : asked) {
            for (long seed = 1; seed <= seeds; seed++) {
                Thoughts.Written written = thoughts.of(prompt, seed);
                String words = thoughts.asked(prompt, written);
                cases.add(new Case(prompt, seed, List.of(new PictureOrder(prompt.id(), words, seed)), written));
                progress.done(cases.size(), asked.size() * seeds);
            }
        }
        return cases;
    }

    private static Case drawn(Arm arm, ScenePrompt prompt, long seed) {
        List<PictureOrder> orders = LongStream.range(0, arm.pictures())
                .mapToObj(k -> new PictureOrder(prompt.id(), prompt.text(), seed + k * APART))
                .toList();
        return new Case(prompt, seed, orders, null);
    }
}
