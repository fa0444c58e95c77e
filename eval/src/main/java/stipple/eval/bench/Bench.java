package stipple.eval.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import stipple.model.config.ModelConfig;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.DecodeBackends;
import stipple.model.decode.NativeBackend;
import stipple.model.decode.PixelDecoder;
import stipple.model.image.ImageSize;
import stipple.model.load.DrawingDemand;
import stipple.model.load.LoadOptions;
import stipple.model.load.MemoryNeed;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Cards;
import stipple.torch.Device;
import stipple.torch.ProcessMemory;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.kernels.WeightFormat;

/** Measures a model part by part. */
public final class Bench {
    /** Tokens that the cache has room for behind the prompt. */
    private static final int ROOM = 64;

    private final BenchPlan plan;
    private final String version;
    private final Consumer<String> progress;

    /**
     * A benchmark.
     *
     * @param version of Stipple, for the report
     * @param progress told what is being measured
     */
    public Bench(BenchPlan plan, String version, Consumer<String> progress) {
        this.plan = plan;
        this.version = version;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param name of the model
     * @param options how it is loaded
     * @param load makes the model, which is closed in the end
     */
    public BenchReport run(String name, LoadOptions options, Supplier<NextStepCheckpoint> load) {
        String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        progress.accept("the machine");
        Machine machine = MachineProbe.measure(options.device());
        long before = ProcessMemory.bytes();
        boolean peaks = ProcessMemory.restartPeak();
        progress.accept("loading " + name);
        long start = System.nanoTime();
        try (NextStepCheckpoint checkpoint = load.get()) {
            double seconds = (System.nanoTime() - start) / 1e9;
            List<Result> results = new ArrayList<>();
            ModelCosts costs;
            String engine;
            try (DecodeBackend backend = DecodeBackends.of(checkpoint.model())) {
                engine = backend.name();
                costs = StoredSizes.costs(checkpoint, backend.bytesPerPosition());
                decode(machine, checkpoint, backend, costs, results);
            }
            if (plan.parts().contains(Part.VAE)) {
                progress.accept("vae");
                results.add(vae(machine, checkpoint, costs));
            }
            List<PictureResult> pictures = new ArrayList<>();
            if (plan.parts().contains(Part.PICTURE)) {
                progress.accept("a picture of " + size(checkpoint.config()));
                pictures.add(PictureBench.draw(checkpoint, engine, size(checkpoint.config()), flowSteps(checkpoint)));
            }
            List<RequestResult> requests =
                    plan.parts().contains(Part.REQUESTS) ? requests(machine, checkpoint, costs) : List.of();
            BenchReport.ModelFacts model = new BenchReport.ModelFacts(
                    name, formatName(checkpoint), checkpoint.parameters(), costs.weightBytes(), seconds);
            MemoryResult memory =
                    peaks && options.device().equals(Device.CPU) ? memory(before, checkpoint, costs, options) : null;
            return new BenchReport(
                    BenchReport.SCHEMA, version, when, machine, model, results, pictures, requests, memory);
        }
    }

    private void decode(
            Machine machine,
            NextStepCheckpoint checkpoint,
            DecodeBackend backend,
            ModelCosts costs,
            List<Result> results) {
        String type = arithmetic(checkpoint);
        int prompt = plan.promptTokens();
        int flowSteps = flowSteps(checkpoint);
        DecodeTimes times = new DecodeTimes(backend, checkpoint.config(), prompt, plan.seconds());
        boolean ownKernels = backend instanceof NativeBackend;
        ProductTimes products = new ProductTimes(
                checkpoint.config(), checkpoint.weights(), checkpoint.model().backbone(), ownKernels);
        if (plan.parts().contains(Part.PREFILL)) {
            progress.accept("prefill of " + prompt);
            results.add(Result.of(
                    Part.PREFILL, backend.name(), 1, times.prefill(), costs.prefill(1, prompt), type, machine));
        }
        for (int rows : plan.batches()) {
            if (plan.parts().contains(Part.STEP)) {
                progress.accept("backbone step of " + rows + " rows");
                Timing timing = times.step(rows, ROOM);
                Map<String, Double> split = new LinkedHashMap<>();
                split.put(
                        "products", products.backbone(rows, plan.seconds() / 2).median());
                if (!ownKernels) {
                    int keys = prompt + timing.runs() / 2;
                    split.put(
                            "attention",
                            products.attention(rows, keys, plan.seconds() / 4).median());
                }
                Cost cost = costs.step(rows, prompt + timing.runs() / 2.0);
                results.add(Result.of(Part.STEP, backend.name(), rows, timing, cost, type, machine)
                        .split(split));
            }
            if (plan.parts().contains(Part.HEAD)) {
                progress.accept("head of " + rows + " rows, " + flowSteps + " flow steps");
                Timing timing = times.head(rows, flowSteps);
                Map<String, Double> split = new LinkedHashMap<>();
                split.put(
                        "products",
                        products.head(rows, flowSteps, plan.seconds() / 2).median());
                results.add(
                        Result.of(Part.HEAD, backend.name(), rows, timing, costs.head(rows, flowSteps), type, machine)
                                .split(split));
            }
            if (plan.parts().contains(Part.TOKEN)) {
                progress.accept("token of " + rows + " rows");
                Timing timing = times.token(rows, flowSteps, ROOM);
                Cost cost = costs.step(rows, prompt + timing.runs() / 2.0).plus(costs.head(rows, flowSteps));
                results.add(Result.of(Part.TOKEN, backend.name(), rows, timing, cost, type, machine));
            }
        }
    }

    private List<RequestResult> requests(Machine machine, NextStepCheckpoint checkpoint, ModelCosts costs) {
        progress.accept("requests side by side");
        String type = arithmetic(checkpoint);
        return new RequestBench(
                        checkpoint,
                        size(checkpoint.config()),
                        flowSteps(checkpoint),
                        plan.seconds(),
                        cost -> machine.least(cost, type),
                        costs)
                .measure(plan.batches());
    }

    private Result vae(Machine machine, NextStepCheckpoint checkpoint, ModelCosts costs) {
        ImageSize size = size(checkpoint.config());
        int patch = checkpoint.config().latent().patch();
        var grid = size.grid(checkpoint.config().latent().pixelsPerToken());
        int height = grid.rows() * patch;
        int width = grid.columns() * patch;
        try (Scope scope = Scope.open();
                Rng rng = new Rng(4)) {
            Device device = checkpoint.model().backbone().device();
            Tensor latents = rng.normal(1, checkpoint.config().latent().channels(), height, width)
                    .to(device);
            PixelDecoder decoder = checkpoint.pixelDecoder();
            Timing timing = Timing.measure(plan.seconds(), () -> {
                try (Scope inner = Scope.open()) {
                    decoder.pixels(latents);
                    Cards.await(device);
                }
            });
            return Result.of(
                    Part.VAE,
                    decoder.name(),
                    1,
                    timing,
                    costs.decode(height, width),
                    MachineProbe.typeName(checkpoint.dtype()),
                    machine);
        }
    }

    private MemoryResult memory(long before, NextStepCheckpoint checkpoint, ModelCosts costs, LoadOptions options) {
        DrawingDemand demand = new DrawingDemand(plan.most(), 1, plan.promptTokens(), size(checkpoint.config()));
        MemoryNeed need =
                MemoryNeed.of(checkpoint.config(), checkpoint.autoencoder().config(), options, demand);
        long cache = (long) (plan.most() * (double) (plan.promptTokens() + ROOM) * costs.cacheRow());
        return new MemoryResult(
                before,
                (long) costs.weightBytes(),
                cache,
                need.activations(),
                ProcessMemory.peak(),
                ProcessMemory.swapped());
    }

    /** How the large matrices are kept. */
    private static String formatName(NextStepCheckpoint checkpoint) {
        return checkpoint.weights().allPacked().values().stream()
                .findFirst()
                .map(matrix -> matrix.format().id())
                .or(() -> checkpoint.weights().allCards().values().stream()
                        .findFirst()
                        .map(matrix -> matrix.format().id()))
                .orElse(MachineProbe.typeName(checkpoint.dtype()));
    }

    /** The type of most multiplications: packed weights meet activations of int8. */
    private static String arithmetic(NextStepCheckpoint checkpoint) {
        return checkpoint.weights().allPacked().isEmpty()
                ? MachineProbe.typeName(checkpoint.dtype())
                : WeightFormat.INT8.id();
    }

    private int flowSteps(NextStepCheckpoint checkpoint) {
        return plan.flowSteps() == 0 ? checkpoint.config().generation().steps() : plan.flowSteps();
    }

    private ImageSize size(ModelConfig config) {
        return plan.size() != null
                ? plan.size()
                : new ImageSize(config.generation().width(), config.generation().height());
    }
}
