package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.config.ModelConfigReader;
import stipple.model.load.LoadOptions;
import stipple.torch.DType;
import stipple.torch.Torch;
import stipple.torch.UserException;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.Kernels;

/** {@code stipple doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Shows what Stipple runs on and checks that it computes correctly here.",
        footer = {"", "Examples:", "  stipple doctor", "  stipple doctor --json", "", "Exit code 1 if a check fails."})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "DIR",
            description = "the model to look at (default: " + ModelLocator.DEFAULT + ")")
    private String model;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ModelOptions.limitThreads();
        Report report = new Report()
                .put("version", Version.NUMBER)
                .put("java", System.getProperty("java.version") + " (" + System.getProperty("java.vm.vendor") + ")")
                .put("libtorch", Torch.version())
                .put("devices", devices())
                .put("cpu", CpuFacts.model())
                .put("cpu_kernels", Torch.cpuCapability())
                .put("native_kernels", kernels())
                .put("cpu_features", CpuFacts.features())
                .put("threads", Torch.threads() + " of " + Runtime.getRuntime().availableProcessors() + " cores")
                .put("memory", CpuFacts.memory())
                .put("native_cache", Torch.nativeCache().toString());
        boolean modelWorks = putModel(report);
        List<SelfCheck> checks = SelfCheck.all();
        Report results = new Report();
        checks.forEach(check -> results.put(check.name(), (check.passed() ? "ok" : "FAIL") + ", " + check.detail()));
        report.put("checks", results);
        boolean healthy = modelWorks && checks.stream().allMatch(SelfCheck::passed);
        report.put("result", healthy ? "ok" : "FAIL");
        report.print(out, json);
        return healthy ? 0 : Main.FAILURE;
    }

    /** Which of our own kernels run, or why none do. */
    private static String kernels() {
        if (!KernelLibrary.available()) {
            return "none, because " + KernelLibrary.missing() + "; libtorch does all the work";
        }
        String bfloat16 = Kernels.bfloat16() ? " and bfloat16" : "";
        return Kernels.level().name().toLowerCase(Locale.ROOT) + bfloat16;
    }

    private static List<String> devices() {
        int cards = Torch.cudaDevices();
        return cards == 0 ? List.of("cpu") : List.of("cpu", "cuda (" + cards + ")");
    }

    /** False if there is a model and it is broken; having none yet is no illness. */
    private boolean putModel(Report report) {
        ModelLocator locator = new ModelLocator(Host.of(spec).home());
        Optional<Path> folder = model == null ? locator.named(ModelLocator.DEFAULT) : Optional.of(locator.find(model));
        if (folder.isEmpty()) {
            report.put("model", "none in " + locator.models()).put("dtype", reason(null, 0));
            return true;
        }
        try {
            ModelInspection.of(folder.get());
            try (CheckpointFiles files = CheckpointFiles.open(folder.get())) {
                long parameters = WeightsInspection.parameters(files.tensors().values());
                report.put("model", folder.get().toString());
                report.put("dtype", reason(LoadOptions.DEFAULT.typeFor(parameters), parameters));
            }
            return true;
        } catch (UserException broken) {
            boolean config = Files.isRegularFile(folder.get().resolve(ModelConfigReader.FILE));
            report.put("model", (config ? "FAIL, " : "FAIL, no model: ") + broken.getMessage());
            return false;
        }
    }

    private static String reason(DType type, long parameters) {
        if (type == null) {
            return "chosen by the size of the model; override by --dtype";
        }
        String size = "%,d parameters".formatted(parameters);
        return switch (type) {
            case BF16 -> "bfloat16, because reading the weights of " + size + " is what takes the time";
            default -> Converters.name(type) + ", because " + size + " are few, and it is more exact";
        };
    }
}
