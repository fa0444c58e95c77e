package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.hub.RepositoryId;

/** {@code stipple rm OWNER/NAME[@REVISION]}. */
@Command(
        name = "rm",
        mixinStandardHelpOptions = true,
        description = "Removes a pulled model, or what an interrupted pull left of it.",
        footer = {"", "Examples:", "  stipple rm stepfun-ai/NextStep-1.1"})
final class RemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "OWNER/NAME[@REVISION]", description = "the model as it was pulled")
    private String model;

    @Override
    public Integer call() {
        Host host = Host.of(spec);
        RepositoryId id = RepositoryId.parse(model);
        try (PullReporter reporter = new PullReporter(spec.commandLine().getErr(), host.terminal(), false)) {
            long bytes = new ModelLocator(host.home()).store().remove(id, reporter);
            spec.commandLine().getOut().println("removed " + id + ", " + PullReporter.size(bytes));
        }
        return 0;
    }
}
