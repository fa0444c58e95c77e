package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.config.ModelConfigReader;
import stipple.model.hub.ModelPull;
import stipple.model.hub.ModelStore;
import stipple.model.hub.RepositoryId;
import stipple.torch.UserException;

/** {@code stipple pull OWNER/NAME[@REVISION]}. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fetches a model from Hugging Face's hub or a mirror of it into models/ beside the launcher.",
            "Only what Stipple reads is fetched: weights, configuration, tokenizers, card and licence. Every file is"
                    + " compared with the digest that the hub lists. An interrupted pull goes on where it stopped."
        },
        footer = {
            "",
            "A token for private models is read from the environment variable HF_TOKEN.",
            "",
            "Examples:",
            "  stipple pull stepfun-ai/NextStep-1.1",
            "  stipple pull stepfun-ai/NextStep-1-Large@main --mirror https://hf-mirror.com",
            "  stipple generate \"a red apple\" --model stepfun-ai/NextStep-1.1"
        })
final class PullCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "OWNER/NAME[@REVISION]", description = "the model, and a branch, tag or commit of it")
    private String model;

    @Mixin
    private HubChoice hub;

    @Option(
            names = "--any",
            description =
                    "also pulls what is no NextStep checkpoint, such as a language model to start a training from")
    private boolean any;

    @Option(names = "--json", description = "print a line of JSON about the model at the end, and no progress")
    private boolean json;

    @Override
    public Integer call() {
        Host host = Host.of(spec);
        PrintWriter out = spec.commandLine().getOut();
        RepositoryId id = RepositoryId.parse(model);
        ModelStore store = new ModelLocator(host.home()).store();
        ModelPull.Pulled pulled;
        try (PullReporter reporter = new PullReporter(spec.commandLine().getErr(), host.terminal(), json)) {
            pulled = new ModelPull(store, hub.options(host.environment()), check(id), reporter).pull(id);
        }
        if (json) {
            out.println(new Report()
                    .put("model", id.toString())
                    .put("outcome", pulled.outcome().name().toLowerCase(java.util.Locale.ROOT))
                    .put("folder", pulled.folder().toString())
                    .put("commit", pulled.commit())
                    .json());
        } else {
            String commit = pulled.commit().substring(0, 8);
            out.println(
                    switch (pulled.outcome()) {
                        case PULLED -> "pulled " + id + " at " + commit + " to " + pulled.folder();
                        case UPDATED -> "updated " + id + " to " + commit + " in " + pulled.folder();
                        case CURRENT -> id + " is up to date at " + commit + " in " + pulled.folder();
                        case UNASKED -> id + " is there at " + commit + "; whether it is up to date was not asked";
                    });
        }
        return 0;
    }

    private Consumer<Path> check(RepositoryId id) {
        return folder -> {
            if (!any) {
                try {
                    ModelConfigReader.read(folder);
                } catch (UserException noModel) {
                    String reason = noModel.getMessage().replace(folder + "/", "");
                    throw new UserException(
                            id + " is no NextStep checkpoint (" + reason + "); add --any to pull it all the same",
                            noModel);
                }
            }
        };
    }
}
