package stipple.model.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.config.ModelConfig;
import stipple.model.config.VaeConfig;
import stipple.model.config.VaeLocation;
import stipple.model.image.ImageSize;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.UserException;
import stipple.torch.kernels.WeightFormat;

/**
 * Whether a model and what it is to draw fit into memory, found out before anything is loaded: a machine that begins to
 * swap is as good as stuck.
 *
 * @param name of the model, for the message
 * @param need what is asked for
 * @param there what the device has, or nothing if it does not say
 * @param ways what would need less, the least change first
 */
public record FitCheck(String name, MemoryNeed need, Optional<AvailableMemory> there, List<WayOut> ways) {
    private static final int SHOWN = 3;
    private static final double GIB = 1L << 30;
    private static final int SMALLEST = 64;

    /**
     * A setting that needs less.
     *
     * @param option as a person would type it
     * @param need memory with it
     */
    public record WayOut(String option, MemoryNeed need) {}

    /** Compares what a drawing needs with what there is, and looks for smaller settings. */
    public static FitCheck of(
            String name,
            ModelConfig config,
            VaeConfig vae,
            LoadOptions options,
            DrawingDemand demand,
            Optional<AvailableMemory> there) {
        return new FitCheck(
                name, MemoryNeed.of(config, vae, options, demand), there, ways(config, vae, options, demand));
    }

    /**
     * The same for a folder, which may hold quantised matrices already, on the device it is to be loaded to.
     *
     * @throws UserException if the folder is no checkpoint
     */
    public static FitCheck of(Path folder, ModelConfig config, LoadOptions options, DrawingDemand demand) {
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        VaeConfig vae = VaeConfig.read(VaeLocation.find(folder, config));
        return of(name, config, vae, asStored(folder, config, options), demand, AvailableMemory.of(options.device()));
    }

    /** What is stored quantised stays so, whatever was asked for. */
    private static LoadOptions asStored(Path folder, ModelConfig config, LoadOptions options) {
        try (CheckpointFiles files = CheckpointFiles.open(folder)) {
            return BackboneNames.expected(config).stream()
                    .filter(tensor -> PackedTensors.packed(files.tensors(), tensor.name()))
                    .findFirst()
                    .map(tensor -> PackedTensors.layout(files.tensors(), tensor.name(), tensor.shape()))
                    .map(layout -> options.withQuantisation(new Quantisation(layout.format(), layout.group())))
                    .orElse(options);
        }
    }

    private static List<WayOut> ways(ModelConfig config, VaeConfig vae, LoadOptions options, DrawingDemand demand) {
        List<WayOut> ways = new ArrayList<>();
        boolean wide = options.typeFor(BackboneNames.parameters(config)) == DType.F32;
        if (wide && options.quantisation() == null) {
            ways.add(new WayOut("--dtype bfloat16", MemoryNeed.of(config, vae, options.withType(DType.BF16), demand)));
        }
        if (demand.pictures() > 1) {
            ways.add(new WayOut("-n 1", MemoryNeed.of(config, vae, options, demand.withPictures(1))));
        }
        for (String smaller : smaller(options)) {
            ways.add(new WayOut(
                    "--quantize " + smaller,
                    MemoryNeed.of(config, vae, options.withQuantisation(Quantisation.of(smaller)), demand)));
        }
        ImageSize size = demand.size();
        if (size.width() / 2 >= SMALLEST && size.height() / 2 >= SMALLEST) {
            int unit = config.latent().pixelsPerToken();
            ImageSize half = new ImageSize(size.width() / 2 / unit * unit, size.height() / 2 / unit * unit);
            ways.add(new WayOut(
                    "--size " + half.width() + "x" + half.height(),
                    MemoryNeed.of(config, vae, options, demand.withSize(half))));
        }
        return ways;
    }

    private static List<String> smaller(LoadOptions options) {
        if (options.quantisation() == null) {
            return List.of("int8", "int4");
        }
        return options.quantisation().format() == WeightFormat.INT4 ? List.of() : List.of("int4");
    }

    /** Whether there is room; taken as given where the system does not say what it has. */
    public boolean fits() {
        return there.isEmpty() || need.total() <= there.get().bytes();
    }

    /**
     * Refuses what does not fit.
     *
     * @param force load all the same
     * @param warn told what would have been refused, if forced
     * @throws UserException with what is needed, what there is, and the three cheapest ways out
     */
    public void require(boolean force, Consumer<String> warn) {
        if (fits()) {
            return;
        }
        if (!force) {
            throw new UserException(message() + "; --force loads it all the same");
        }
        warn.accept(message() + "; loading it all the same, the machine may swap");
    }

    private String message() {
        AvailableMemory have = there.orElseThrow();
        String fitting = ways.stream()
                .filter(way -> way.need().total() <= have.bytes())
                .limit(SHOWN)
                .map(way -> way.option() + " (" + gib(way.need().total()) + ")")
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s does not fit: it needs %s (weights %s, cache %s, activations %s, runtime %s), %s has %s; %s",
                name,
                gib(need.total()),
                gib(need.weights()),
                gib(need.cache()),
                gib(need.activations()),
                gib(need.runtime()),
                have.where(),
                gib(have.bytes()),
                fitting.isEmpty() ? "no smaller setting fits, take a smaller model" : "what fits: " + fitting);
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
