package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command of {@code stipple eval} that runs on a model. */
abstract class EvalSuiteCommand implements Callable<Integer> {
    /** The command itself. */
    @Spec
    CommandSpec spec;

    /** Where to, which model, and how to draw. */
    @Mixin
    EvalRun run;
}
