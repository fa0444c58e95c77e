package stipple.cli;

import java.util.List;
import picocli.CommandLine.Option;
import stipple.model.load.LoadOptions;
import stipple.model.lora.AdapterChoice;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Torch;
import stipple.torch.UserException;

/** Options that choose the model and how it runs. */
final class ModelOptions {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "DIR",
            description = "folder of the model, or its name in 'stipple list' (default: " + ModelLocator.DEFAULT + ")")
    String model;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "float32 or bfloat16 (default: by the size of the model); float16 on cuda only")
    DType dtype;

    @Option(names = "--device", paramLabel = "NAME", description = "cpu, cuda or cuda:N (default: cpu)")
    String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads of one operation (default: the physical cores)")
    Integer threads;

    @Option(
            names = "--lora",
            paramLabel = "DIR[:SCALE]",
            description = "draws with a LoRA adapter added to the weights; may be given several times")
    List<String> adapters;

    @Option(
            names = {"--quantize", "--quant"},
            paramLabel = "FORMAT",
            description = "rounds the large matrices to int8 or int4, or fp8 on a card, while loading; or none")
    String quantize;

    @Option(names = "--force", description = "loads a model that does not fit into memory all the same")
    boolean force;

    /** The adapters to add, none for null. */
    List<AdapterChoice> chosenAdapters() {
        return adapters == null
                ? List.of()
                : adapters.stream().map(AdapterChoice::parse).toList();
    }

    /** The options given that decide how pictures look, as they stand on a command line. */
    ShellWords words() {
        ShellWords words = new ShellWords()
                .add("--model", model == null ? ModelLocator.DEFAULT : model)
                .add("--dtype", dtype == null ? null : Converters.name(dtype))
                .add("--quantize", quantize);
        if (adapters != null) {
            adapters.forEach(adapter -> words.add("--lora", adapter));
        }
        return words;
    }

    /** How to load; sets the threads too, because libtorch has them process-wide. */
    LoadOptions prepare() {
        Device target = device == null ? Device.CPU : Device.ofName(device);
        if (dtype == DType.F16 && target.type() == Device.Type.CPU) {
            throw new UserException("float16 is slow and incomplete on the CPU; use --dtype bfloat16 or float32");
        }
        if (threads != null) {
            Torch.threads(threads);
        } else {
            limitThreads();
        }
        return new LoadOptions(dtype, target, null, chosenAdapters())
                .withQuantisation(quantize == null || quantize.equals("none") ? null : Quantisation.of(quantize));
    }

    /** libtorch counts the machine's cores, of which this process may be allowed fewer. */
    static void limitThreads() {
        if (System.getenv("OMP_NUM_THREADS") == null) {
            Torch.threads(Math.min(Torch.threads(), Runtime.getRuntime().availableProcessors()));
        }
    }
}
