package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.agreement.AgreementSuite;

/** {@code stipple eval agreement}. */
@Command(
        name = "agreement",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks for emoji by their captions and finds each picture's caption among those of all: pairs of emoji and style seen",
            "in training, pairs never seen, emoji never seen. A small dual encoder judges, and its own accuracy is reported."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build emoji --out build/data/emoji",
            "  stipple eval agreement --data build/data/emoji --output build/eval/agreement"
        })
final class EvalAgreementCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private EvalRun run;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "build/data/emoji",
            description = "the emoji set (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--judge",
            paramLabel = "DIR",
            description = "folder of the dual encoder (default: " + JudgeLocator.AGREEMENT + ")")
    private Path judge;

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
        try (AgreementScorer scorer = AgreementScorer.load(JudgeLocator.agreement(spec, judge))) {
            return run.run(
                    spec,
                    (checkpoint, identity, progress) -> suite.run(checkpoint, identity, scorer, run.output, progress));
        }
    }
}
