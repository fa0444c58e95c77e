package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.hub.ModelStore;
import stipple.torch.UserException;

/** {@code stipple list}. */
@Command(
        name = "list",
        aliases = "models",
        mixinStandardHelpOptions = true,
        description = "Lists the models under models/ beside the launcher, pulled ones included.",
        footer = {"", "Examples:", "  stipple list", "  stipple list --json"})
final class ListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "print a line of JSON per model")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ModelLocator locator = new ModelLocator(Host.of(spec).home());
        List<Path> folders = locator.all();
        if (folders.isEmpty() && !json) {
            out.println("no models in " + locator.models() + "; fetch one by: stipple pull OWNER/NAME");
        }
        folders.forEach(folder -> {
            Report report = describe(locator.store(), folder);
            if (json) {
                out.println(report.json());
            } else {
                report.print(out, false);
                out.println();
            }
        });
        return 0;
    }

    /** Where a pulled model came from. */
    static Report origin(ModelStore.Origin origin) {
        return new Report()
                .put("from", origin.hub() + "/" + origin.id())
                .put("commit", origin.commit())
                .put("at", origin.pulled())
                .put("files", origin.files())
                .put("bytes", origin.bytes());
    }

    private static Report describe(ModelStore store, Path folder) {
        String name = store.name(folder);
        Report report = new Report().put("name", name).put("default", name.equals(ModelLocator.DEFAULT));
        report.put("folder", folder.toString());
        try {
            ModelConfig config = ModelConfigReader.read(folder);
            report.put(
                    "size",
                    config.generation().width() + "x" + config.generation().height());
            ModelInspection.tasks(report, config);
            try (CheckpointFiles files = CheckpointFiles.open(folder)) {
                report.put(
                        "parameters",
                        WeightsInspection.parameters(files.tensors().values()));
                report.put("types", WeightsInspection.types(files.tensors().values()));
            }
            store.origin(folder).ifPresent(origin -> report.put("pulled", origin(origin)));
        } catch (UserException broken) {
            // One broken folder must not hide the others.
            report.put("broken", broken.getMessage());
        }
        return report;
    }
}
