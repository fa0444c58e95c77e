package stipple.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompts;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.agreement.AgreementSuite;
import stipple.eval.agreement.StyleJudge;
import stipple.eval.autoencoder.AutoencoderSuite;
import stipple.eval.composition.CompositionSuite;
import stipple.eval.edits.EditSuite;
import stipple.eval.ocr.PpOcr;
import stipple.eval.ocr.TextReader;
import stipple.eval.ocr.TextSuite;
import stipple.eval.report.EvalReport;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.FolderIdentity;
import stipple.eval.run.PictureRun;
import stipple.model.features.FeatureNetwork;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/** The suites that a model's card quotes, each with the command that runs it alone: options and plan. */
final class CardSuites {
    private static final int AGREEMENT_PROMPTS = 100;
    private static final int TEXT_PROMPTS = 100;
    private static final int EDIT_PROMPTS = 30;
    private static final int COPIES = 256;
    private static final String HELD_OUT_EMOJI = "unseen_emoji";
    private static final String HELD_OUT_WORDS = "unseen_word";
    private static final String COMPOSITION_EDITS = "composition-edits";

    @Option(
            names = "--share",
            paramLabel = "X",
            description = "part of the prompts of each suite, 0.1 for a tenth (default: ${DEFAULT-VALUE})")
    private double share = 1;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "pictures a prompt of compositions (default: ${DEFAULT-VALUE})")
    private int seeds = 2;

    @Option(
            names = "--emoji",
            paramLabel = "DIR",
            defaultValue = "build/data/emoji",
            description = "the emoji set, for agreement and autoencoder (default: ${DEFAULT-VALUE})")
    private Path emoji;

    @Option(
            names = "--words",
            paramLabel = "DIR",
            defaultValue = "build/data/words",
            description = "the set of words in pictures, for text (default: ${DEFAULT-VALUE})")
    private Path words;

    @Option(
            names = "--edits",
            paramLabel = "DIR",
            defaultValue = "build/data/edits",
            description = "the set of edits, for edits (default: ${DEFAULT-VALUE})")
    private Path edits;

    @Option(
            names = "--composition-edits",
            paramLabel = "DIR",
            defaultValue = "build/data/composition-edits",
            description = "the set of edits of compositions, for composition-edits (default: ${DEFAULT-VALUE})")
    private Path compositionEdits;

    @Option(
            names = "--reader",
            paramLabel = "DIR",
            defaultValue = "build/ocr",
            description = "folder of PP-OCRv4, for text (default: ${DEFAULT-VALUE})")
    private Path reader;

    @Option(
            names = "--features",
            paramLabel = "DIR",
            description = "feature network of the Fréchet distance; left out, there is no such distance")
    private Path features;

    @Mixin
    private JudgeOptions judge;

    @Mixin
    private StyleJudgeOptions styleJudge;

    /**
     * A suite of the card.
     *
     * @param command what runs it alone on the same pictures
     * @param inputs what must be there
     * @param judges folders of the networks that judge
     */
    record Planned(String name, String command, List<Input> inputs, List<Path> judges, Runner runner) {
        /**
         * What lies in the folders that are read, by folder; the suite itself complains of a judge that is missing.
         *
         * @param known what lies in folders of data that other suites read too, each of which is read through once
         */
        Map<String, String> identities(Map<Path, String> known) {
            Map<String, String> all = new LinkedHashMap<>();
            inputs.forEach(input ->
                    all.put(input.folder().toString(), known.computeIfAbsent(input.folder(), FolderIdentity::of)));
            judges.stream()
                    .filter(Files::isDirectory)
                    .forEach(judge -> all.put(judge.toString(), FolderIdentity.ofJudge(judge)));
            return all;
        }

        /** Whether it is for models that edit. */
        boolean edits() {
            return name.equals(EditSuite.NAME) || name.equals(COMPOSITION_EDITS);
        }
    }

    /**
     * A folder that a suite reads.
     *
     * @param built what to ask {@code stipple data build} for
     */
    record Input(Path folder, String built) {}

    /** Runs a suite into a folder. */
    @FunctionalInterface
    interface Runner {
        /** Runs it. */
        EvalReport run(
                NextStepCheckpoint checkpoint, ModelIdentity identity, Path output, PictureRun.Progress progress);
    }

    /** All suites, in the order of the card. */
    List<Planned> plan(CommandSpec spec, EvalRun run) {
        if (!(share > 0 && share <= 1)) {
            throw new UserException("--share must be above 0 and at most 1, got " + share);
        }
        DrawSettings settings = run.settings();
        CompositionSuite composition = new CompositionSuite(
                List.of(SceneClass.values()), part(ScenePrompts.MOST), seeds, false, CompositionSuite.SCENES, settings);
        AgreementSuite agreement = new AgreementSuite(emoji, part(AGREEMENT_PROMPTS), 1, false, settings);
        AutoencoderSuite autoencoder =
                new AutoencoderSuite(emoji, HELD_OUT_EMOJI, part(COPIES), List.of(), 1, settings);
        TextSuite text = new TextSuite(words, HELD_OUT_WORDS, part(TEXT_PROMPTS), 1, settings);
        Input emojiSet = new Input(emoji, "emoji");
        List<Planned> all = new ArrayList<>();
        all.add(new Planned(
                CompositionSuite.NAME,
                command(
                        run,
                        CompositionSuite.NAME,
                        words().add("--prompts", composition.prompts()).add("--seeds", seeds)),
                List.of(),
                List.of(),
                composition::run));
        all.add(new Planned(
                AgreementSuite.NAME,
                command(
                        run,
                        AgreementSuite.NAME,
                        words().add("--data", emoji)
                                .add("--prompts", agreement.prompts())
                                .add("--judge", judge.folder)
                                .add("--style-judge", styleJudge.folder)),
                List.of(emojiSet),
                List.of(judge.chosen(spec), styleJudge.chosen(spec)),
                (checkpoint, identity, output, progress) -> {
                    try (AgreementScorer scorer = judge.open(spec);
                            StyleJudge styles = styleJudge.open(spec)) {
                        return agreement.run(checkpoint, identity, scorer, styles, output, progress);
                    }
                }));
        all.add(new Planned(
                AutoencoderSuite.NAME,
                command(
                        run,
                        AutoencoderSuite.NAME,
                        words().add("--data", emoji)
                                .add("--pictures", autoencoder.pictures())
                                .add("--no-drift")
                                .add("--features", features)),
                features == null ? List.of(emojiSet) : List.of(emojiSet, new Input(features, "features")),
                List.of(),
                (checkpoint, identity, output, progress) -> {
                    try (FeatureNetwork network = features == null ? null : FeatureNetwork.load(features)) {
                        return autoencoder.run(checkpoint, identity, network, output, progress);
                    }
                }));
        all.add(new Planned(
                TextSuite.NAME,
                command(
                        run,
                        TextSuite.NAME,
                        words().add("--data", words).add("--reader", reader).add("--prompts", text.prompts())),
                List.of(new Input(words, "words"), new Input(reader, "ocr")),
                List.of(),
                (checkpoint, identity, output, progress) -> {
                    try (TextReader ocr = PpOcr.load(reader)) {
                        return text.run(checkpoint, identity, List.of(ocr), output, progress);
                    }
                }));
        all.add(edits(spec, run, EditSuite.NAME, edits));
        all.add(edits(spec, run, COMPOSITION_EDITS, compositionEdits));
        return all;
    }

    private Planned edits(CommandSpec spec, EvalRun run, String name, Path data) {
        EditSuite suite = new EditSuite(data, null, List.of(), part(EDIT_PROMPTS), 1, run.settings());
        ShellWords options =
                words().add("--data", data).add("--prompts", suite.prompts()).add("--judge", judge.folder);
        return new Planned(
                name,
                command(run, EditSuite.NAME, name, options),
                List.of(new Input(data, name.equals(COMPOSITION_EDITS) ? "composition --edits" : "edits")),
                List.of(judge.chosen(spec)),
                (checkpoint, identity, output, progress) -> {
                    try (AgreementScorer scorer = judge.open(spec)) {
                        return suite.run(checkpoint, identity, scorer, output, progress);
                    }
                });
    }

    private int part(int whole) {
        return Math.max(2, (int) Math.ceil(share * whole));
    }

    private static ShellWords words() {
        return new ShellWords();
    }

    private static String command(EvalRun run, String suite, ShellWords options) {
        return command(run, suite, suite, options);
    }

    private static String command(EvalRun run, String suite, String folder, ShellWords options) {
        return words().add("./stipple")
                .add("eval")
                .add(suite)
                .all(run.words())
                .all(options)
                .add("--output", run.output.resolve(folder))
                .toString();
    }
}
