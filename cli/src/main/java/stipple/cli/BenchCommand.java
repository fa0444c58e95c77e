package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.eval.bench.Bench;
import stipple.eval.bench.BenchJson;
import stipple.eval.bench.BenchPlan;
import stipple.eval.bench.BenchReport;
import stipple.eval.bench.NamedShape;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeConfig;
import stipple.model.config.VaeLocation;
import stipple.model.image.ImageSize;
import stipple.model.load.AvailableMemory;
import stipple.model.load.DrawingDemand;
import stipple.model.load.FitCheck;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/** {@code stipple bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = BenchTrainCommand.class,
        description = "Measures how fast a model runs here, held against what the machine could do at best.",
        footer = {
            "",
            "Examples:",
            "  stipple bench",
            "  stipple bench --synthetic 7b --only step,head --batch 2",
            "  stipple bench --json > before.json; stipple bench --compare before.json",
            "  stipple bench --peer",
            "  stipple bench train recipes/emoji-64.yaml",
            "",
            "Run it on an idle machine; the spread says how far to trust a figure."
        })
final class BenchCommand implements Callable<Integer> {
    private static final long SEED = 1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--synthetic",
            paramLabel = "SHAPE",
            description = "random weights of a named shape in place of a model: 14b, 7b, 1b, default, tiny")
    private String synthetic;

    @Mixin
    private BenchOptions bench;

    @Option(
            names = "--peer",
            description =
                    "runs llama.cpp beside us, taking turns, on random weights of the same shape and bits (needs Node;"
                            + " downloads the npm package node-llama-cpp once): 14b in int4 and 7b in int8, or what --synthetic and"
                            + " --quant say")
    private boolean peer;

    @Option(names = "--compare", paramLabel = "FILE", description = "puts an earlier --json beside the figures")
    private Path compare;

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    @Override
    public Integer call() {
        if (synthetic != null && model.model != null) {
            throw new UserException("--synthetic " + synthetic + " and --model " + model.model
                    + " exclude each other; leave one of them out");
        }
        if (peer) {
            return peer();
        }
        BenchReport earlier = compare == null ? null : BenchJson.read(compare);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        BenchReport report = run(bench.plan(), text -> err.println("measuring " + text));
        if (json) {
            out.println(BenchJson.write(report));
        } else {
            new BenchTable(out).print(report, earlier);
        }
        return 0;
    }

    private int peer() {
        if (model.model != null || compare != null) {
            throw new UserException("--peer measures random weights of a named shape by itself; leave "
                    + (compare != null ? "--compare" : "--model") + " out");
        }
        LoadOptions options = model.prepare();
        BenchPlan plan = bench.plan();
        PrintWriter err = spec.commandLine().getErr();
        new BenchPeer(spec.commandLine().getOut(), text -> err.println("measuring " + text))
                .run(
                        synthetic,
                        options,
                        plan.promptTokens(),
                        json,
                        (shape, own) -> requireFit(shape.label(), shape.config(), shape.vae(), own, plan));
        return 0;
    }

    private BenchReport run(BenchPlan plan, Consumer<String> progress) {
        LoadOptions options = model.prepare();
        if (synthetic != null) {
            NamedShape shape = NamedShape.of(synthetic);
            return run(
                    plan,
                    progress,
                    shape.label(),
                    shape.config(),
                    shape.vae(),
                    options,
                    () -> NextStepCheckpoint.synthetic(shape.label(), shape.config(), shape.vae(), options, SEED));
        }
        Path folder = new ModelLocator(Host.of(spec).home()).find(model.model);
        ModelConfig config = ModelConfigReader.read(folder);
        VaeConfig vae = VaeConfig.read(VaeLocation.find(folder, config));
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        return run(plan, progress, name, config, vae, options, () -> NextStepCheckpoint.load(folder, options));
    }

    private BenchReport run(
            BenchPlan plan,
            Consumer<String> progress,
            String name,
            ModelConfig config,
            VaeConfig vae,
            LoadOptions options,
            Supplier<NextStepCheckpoint> load) {
        requireFit(name, config, vae, options, plan);
        return new Bench(plan, Version.NUMBER, progress).run(name, options, load);
    }

    private long requireFit(String name, ModelConfig config, VaeConfig vae, LoadOptions options, BenchPlan plan) {
        ImageSize size = plan.size() == null
                ? new ImageSize(config.generation().width(), config.generation().height())
                : plan.size();
        int rows = plan.batches().stream().mapToInt(b -> b).max().orElse(1);
        DrawingDemand demand = new DrawingDemand(rows, 1, plan.promptTokens(), size);
        FitCheck fit = FitCheck.of(name, config, vae, options, demand, AvailableMemory.of(options.device()));
        fit.require(model.force, text -> spec.commandLine().getErr().println("stipple: warning: " + text));
        return fit.need().total();
    }
}
