package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.agreement.AgreementSuite;
import stipple.eval.agreement.StyleJudge;

/** {@code stipple eval agreement}. */
@Command(
        name = "agreement",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks for emoji by their captions and finds each picture's caption among those of all.",
            "The groups are pairs of emoji and style seen in training, pairs never seen, and emoji never seen. A small dual"
                    + " encoder judges, a classifier tells the style, and the accuracy of both on real pictures is reported."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build emoji --out build/data/emoji",
            "  stipple eval agreement --data build/data/emoji --output build/eval/agreement"
        })
final class EvalAgreementCommand extends EvalSuiteCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "build/data/emoji",
            description = "the emoji set (default: ${DEFAULT-VALUE})")
    private Path data;

    @Mixin
    private JudgeOptions judge;

    @Mixin
    private StyleJudgeOptions styleJudge;

    @Option(
            names = "--prompts",
            paramLabel = "N",
            description = "prompts a group, and captions to choose from (default: ${DEFAULT-VALUE})")
    private int prompts = 100;

    @Option(names = "--seeds", paramLabel = "N", description = "pictures a prompt (default: ${DEFAULT-VALUE})")
    private int seeds = 1;

    @Option(names = "--skin-tones", description = "ask for variants that differ in skin colour only, too")
    private boolean skinTones;

    @Override
    public Integer call() {
        AgreementSuite suite = new AgreementSuite(data, prompts, seeds, skinTones, run.settings());
        try (AgreementScorer scorer = judge.open(spec);
                StyleJudge styles = styleJudge.open(spec)) {
            return run.run(
                    spec,
                    (checkpoint, identity, progress) ->
                            suite.run(checkpoint, identity, scorer, styles, run.output, progress));
        }
    }
}
