package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.image.ImageSize;
import stipple.model.load.DrawingDemand;
import stipple.model.load.FitCheck;
import stipple.model.load.LoadOptions;
import stipple.server.ServerOptions;
import stipple.server.StippleServer;
import stipple.server.draw.ServedModel;
import stipple.server.log.EventLog;
import stipple.torch.ProcessMemory;

/** {@code stipple serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Draws for others: a web page and the OpenAI image API.",
        footer = {
            "",
            "Examples:",
            "  stipple serve",
            "  stipple serve --host 0.0.0.0 --port 9000 --api-key-file keys.txt",
            "  stipple serve --database postgresql://stipple:secret@db/stipple --host 0.0.0.0",
            "  curl http://127.0.0.1:8080/v1/images/generations --json '{\"prompt\": \"a red apple\"}'"
        })
final class ServeCommand implements Callable<Integer> {
    /** The least a server must have room for: one guided picture of the usual size behind a long prompt. */
    private static final int PROMPT_TOKENS = 256;

    private static final int GUIDED = 2;

    private static final double GIGABYTE = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions modelOptions;

    @Mixin
    private ServeOptions serveOptions;

    @Option(names = "--log", paramLabel = "FORMAT", description = "text, json, or quiet for problems only")
    private EventLog.Format log = EventLog.Format.TEXT;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        ServerOptions options = serveOptions.resolve();
        Path folder = new ModelLocator(Host.of(spec).home()).find(modelOptions.model);
        LoadOptions load = modelOptions.prepare();
        ModelConfig config = ModelConfigReader.read(folder);
        ImageSize size =
                new ImageSize(config.generation().width(), config.generation().height());
        FitCheck.of(folder, config, load, new DrawingDemand(1, GUIDED, PROMPT_TOKENS, size))
                .require(modelOptions.force, text -> spec.commandLine().getErr().println("stipple: warning: " + text));
        EventLog events = new EventLog(spec.commandLine().getErr(), log);
        CountDownLatch asked = new CountDownLatch(1);
        try (Cancellation cancellation = new Cancellation(options.drain())) {
            cancellation.stopBy(asked::countDown);
            try (ServedModel model = ServedModel.load(folder, load, serveOptions.modelName);
                    StippleServer server = StippleServer.start(options, model, events)) {
                announce(out, options, model, server.port());
                asked.await();
                server.drain();
            }
            out.println("stopped");
            out.flush();
            cancellation.endWith(0);
        }
        return 0;
    }

    private void announce(PrintWriter out, ServerOptions options, ServedModel model, int port) {
        String host = StippleServer.loopback(options.host()) ? "127.0.0.1" : options.host();
        String address = options.publicUrl()
                .map(url -> url.toString().replaceFirst("/+$", ""))
                .orElse("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        out.println("page    " + address + "/");
        out.println("API     " + address + "/v1    (description: " + address + "/openapi.json)");
        out.println("model   " + model.id() + ", "
                + String.format(Locale.ROOT, "%,d", model.checkpoint().parameters()) + " parameters");
        out.println("runs    " + model.machine().dtype() + " on "
                + model.machine().device() + ", " + model.machine().threads() + " threads");
        if (ProcessMemory.bytes() > 0) {
            out.println(String.format(Locale.ROOT, "memory  %.1f GB in use", ProcessMemory.bytes() / GIGABYTE));
        }
        out.println("jobs    "
                + options.database()
                        .map(url -> "shared database")
                        .orElse(options.data().toString()));
        if (!options.runs().isEmpty()) {
            out.println("shown   runs in "
                    + options.runs().stream().map(Path::toString).collect(Collectors.joining(", ")));
        }
        if (options.keys().isEmpty() && !StippleServer.loopback(options.host())) {
            out.println("warning: anybody who reaches " + options.host() + " may use it; see --api-key-file");
        }
        out.flush();
    }
}
