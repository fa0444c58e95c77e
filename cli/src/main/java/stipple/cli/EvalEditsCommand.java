package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.edits.EditSuite;

/** {@code stipple eval edits}. */
@Command(
        name = "edits",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Edits held-out pictures and judges whether the instruction was obeyed and the rest kept.",
            "What is found in the picture decides where the set tells the scene, otherwise pixels or, where many pictures would be"
                    + " right, the dual encoder. The judge's own accuracy is reported."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build edits --out build/data/edits",
            "  stipple eval edits --kind mirror,recolour --output build/eval/edits",
            "  stipple eval edits --data build/data/composition-edits --output build/eval/composition-edits"
        })
final class EvalEditsCommand extends EvalSuiteCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "build/data/edits",
            description = "a set of edits (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--family",
            paramLabel = "NAME",
            description = "its shard family (default: unseen_pair or unseen_combination, whichever it has)")
    private String family;

    @Option(
            names = "--kind",
            paramLabel = "NAME",
            split = ",",
            description =
                    "kinds of edits, such as skin_tone, style, colourise, recolour, mirror (default: all of the set)")
    private List<String> kinds = List.of();

    @Mixin
    private JudgeOptions judge;

    @Option(names = "--prompts", paramLabel = "N", description = "edits of a kind at most (default: ${DEFAULT-VALUE})")
    private int prompts = 30;

    @Option(names = "--seeds", paramLabel = "N", description = "pictures an edit (default: ${DEFAULT-VALUE})")
    private int seeds = 1;

    @Override
    public Integer call() {
        EditSuite suite = new EditSuite(data, family, kinds, prompts, seeds, run.settings());
        try (AgreementScorer scorer = judge.open(spec)) {
            return run.run(
                    spec,
                    (checkpoint, identity, progress) -> suite.run(checkpoint, identity, scorer, run.output, progress));
        }
    }
}
