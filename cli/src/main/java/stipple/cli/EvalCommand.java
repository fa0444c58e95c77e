package stipple.cli;

import picocli.CommandLine.Command;

/** {@code stipple eval …}. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measures how well a model draws what it is asked for.",
        subcommands = {
            EvalCardCommand.class,
            EvalCompositionCommand.class,
            EvalThinkingCommand.class,
            EvalAgreementCommand.class,
            EvalAutoencoderCommand.class,
            EvalEditsCommand.class,
            EvalTextCommand.class,
            EvalBenchmarkCommand.GenEval.class,
            EvalBenchmarkCommand.Dpg.class,
            EvalBenchmarkCommand.Wise.class,
            EvalBenchmarkCommand.OneIg.class,
            EvalBenchmarkCommand.GenAi.class,
            EvalCompareCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  stipple eval card --model DIR --output build/eval/card",
            "  stipple eval composition --model DIR --output build/eval/mine",
            "  stipple eval agreement --model DIR --output build/eval/emoji",
            "  stipple eval thinking --model DIR --output build/eval/thinking",
            "  stipple eval compare build/eval/before build/eval/mine --page build/eval/compare.html",
            "",
            "A run that was stopped goes on where it was: its pictures are kept in the output folder."
        })
final class EvalCommand {}
