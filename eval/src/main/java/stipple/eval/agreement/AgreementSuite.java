package stipple.eval.agreement;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.eval.report.EvalJson;
import stipple.eval.report.EvalReport;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RoundTrip;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * Draws emoji by their captions and looks for each picture's caption among those of all pictures of its group: emoji and style
 * together as seen in training, emoji and style seen but never together, emoji never seen. A picture is right if its own
 * caption suits it best; its style is right if the judge of style tells the one that was asked for. The same is done with the
 * pictures of the set, as they are and (for style) through the model's autoencoder, which tells how far the judges can be
 * trusted and what the model could reach.
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

    /**
     * Draws what is missing, judges everything and writes the report into the folder.
     *
     * @param scorer tells how well pictures suit captions
     * @param styles tells the style
     * @throws UserException if the set has styles that the judge of style cannot tell
     */
    public EvalReport run(
            NextStepCheckpoint checkpoint,
            ModelIdentity identity,
            AgreementScorer scorer,
            StyleJudge styles,
            Path output,
            PictureRun.Progress progress) {
        Map<String, String> who = RunIdentity.of(NAME, checkpoint, identity, settings);
        RunFolder folder = RunFolder.open(output, who);
        Map<String, List<EmojiPrompt>> asked = new LinkedHashMap<>();
        GROUPS.forEach((group, family) -> asked.put(group, EmojiPrompt.of(data, family, prompts, skinTones)));
        List<EmojiPrompt> all = asked.values().stream().flatMap(List::stream).toList();
        requireKnown(all, styles);
        PictureRun.draw(
                checkpoint,
                folder,
                all.stream().flatMap(p -> orders(p).stream()).toList(),
                settings,
                progress);
        Map<String, String> told = new LinkedHashMap<>(who);
        told.put("data", String.valueOf(data.getFileName()));
        told.put(EvalReport.JUDGE, scorer.identity());
        told.put(EvalReport.STYLE_JUDGE, styles.identity());
        told.put("styles", String.join(", ", styles.styles()));
        AgreementReport report = new AgreementReport(scorer, styles);
        asked.forEach((group, list) -> {
            List<Pixels> drawn = list.stream()
                    .flatMap(p -> orders(p).stream())
                    .map(order -> Pictures.read(folder.picture(order)))
                    .toList();
            report.add(group, list, this::orders, drawn);
        });
        int side = settings.sample(checkpoint.config()).size().width();
        report.copies(
                all,
                picture ->
                        RoundTrip.through(checkpoint, Resampler.fitOnWhite(picture, side, Resampler.Filter.LANCZOS)));
        EvalReport done = report.report(identity.name(), told);
        EvalJson.write(folder.path(), done);
        return done;
    }

    private static void requireKnown(List<EmojiPrompt> prompts, StyleJudge styles) {
        prompts.stream()
                .map(p -> p.style().id())
                .filter(id -> !styles.styles().contains(id))
                .findFirst()
                .ifPresent(id -> {
                    throw new UserException("The set has pictures of style '" + id + "', the judge of style tells "
                            + String.join(", ", styles.styles()) + "; train one on the set with recipes/style.yaml");
                });
    }

    private List<PictureOrder> orders(EmojiPrompt prompt) {
        return PictureOrder.of(prompt.key(), prompt.caption(), seeds);
    }
}
