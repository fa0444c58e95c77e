package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.hub.ModelStore;
import stipple.torch.UserException;

/** {@code stipple show MODEL}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Tells what a model is and where it came from.",
        footer = {"", "Examples:", "  stipple show stipple-128", "  stipple show stepfun-ai/NextStep-1.1 --check"})
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", arity = "0..1", description = "a name as in 'stipple list', or a folder")
    private String model;

    @Option(names = "--check", description = "read all files of a pulled model and compare them with the hub's digests")
    private boolean check;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        ModelLocator locator = new ModelLocator(Host.of(spec).home());
        Path folder = locator.find(model);
        if (check) {
            requireIntact(locator.store(), folder);
        }
        Report report = ModelInspection.of(folder);
        locator.store().origin(folder).ifPresent(origin -> report.put("pulled", ListCommand.origin(origin)));
        if (check) {
            report.put("intact", true);
        }
        report.print(spec.commandLine().getOut(), json);
        return 0;
    }

    private static void requireIntact(ModelStore store, Path folder) {
        List<String> damaged = store.damaged(folder);
        if (!damaged.isEmpty()) {
            throw new UserException(folder + " is damaged (" + String.join(", ", damaged)
                    + "); remove it by 'stipple rm' and pull it again");
        }
    }
}
