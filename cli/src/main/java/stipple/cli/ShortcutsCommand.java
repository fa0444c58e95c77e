package stipple.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.eval.shortcuts.ShortcutResult;
import stipple.eval.shortcuts.ShortcutStudy;
import stipple.model.files.JsonObjectFile;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/** {@code stipple shortcuts}. */
@Command(
        name = "shortcuts",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what --steps-end, --solver, --reuse and --reuse-tolerance change in the pictures of a model.",
            "The same prompts are drawn from the same noise with the deterministic sampler and compared with those of",
            "the usual number of steps, and with those of so many that more would change nothing."
        },
        footer = {"", "Example: stipple shortcuts --steps 28 --seeds 4"})
final class ShortcutsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "TEXT",
            description = "what to draw; may be repeated (default: four plain things)")
    private List<String> prompts = ShortcutStudy.PROMPTS;

    @Option(names = "--seeds", paramLabel = "N", description = "pictures per prompt (default: ${DEFAULT-VALUE})")
    private int seeds = 4;

    @Option(names = "--steps", paramLabel = "N", description = "the usual steps (default: ${DEFAULT-VALUE})")
    private int steps = 28;

    @Option(
            names = "--exact-steps",
            paramLabel = "N",
            description = "steps of the pictures without any error of the solver (default: ${DEFAULT-VALUE})")
    private int exactSteps = 256;

    @Option(names = "--json", description = "print each result as a line of JSON")
    private boolean json;

    @Mixin
    private ModelOptions model;

    @Override
    public Integer call() {
        if (seeds < 1 || steps < 8 || exactSteps <= steps) {
            throw new UserException("At least one seed, 8 steps, and more exact steps than usual ones, got " + seeds
                    + ", " + steps + " and " + exactSteps);
        }
        Path folder = new ModelLocator(Host.of(spec).home()).find(model.model);
        LoadOptions options = model.prepare();
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%-44s %11s %7s   %s%n%-44s %11s %7s   %8s %7s   %8s %7s%n",
                    "",
                    "evaluations",
                    "",
                    "against --steps " + steps + "   against --steps " + exactSteps,
                    "variant",
                    "per token",
                    "saved",
                    "PSNR dB",
                    "SSIM",
                    "PSNR dB",
                    "SSIM");
        }
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, options)) {
            new ShortcutStudy(prompts, seeds, steps, exactSteps).run(checkpoint, result -> {
                out.println(json ? json(result) : line(result));
                out.flush();
            });
        }
        return 0;
    }

    private double saved(ShortcutResult result) {
        return 1 - result.evaluations() / steps;
    }

    private String line(ShortcutResult result) {
        return String.format(
                Locale.ROOT,
                "%-44s %11.2f %6.0f%%   %8.2f %7.4f   %8.2f %7.4f",
                result.name(),
                result.evaluations(),
                100 * saved(result),
                result.usual().psnr(),
                result.usual().ssim(),
                result.exact().psnr(),
                result.exact().ssim());
    }

    private ObjectNode json(ShortcutResult result) {
        ObjectNode object = JsonObjectFile.newObject();
        object.put("variant", result.name());
        object.put("evaluations", result.evaluations()).put("saved", saved(result));
        put(object, "usual", result.usual());
        put(object, "exact", result.exact());
        return object;
    }

    /** Equal pictures have no finite ratio, which JSON cannot write: their PSNR is null. */
    private static void put(ObjectNode object, String key, ShortcutResult.Closeness closeness) {
        ObjectNode part = object.putObject(key);
        if (Double.isFinite(closeness.psnr())) {
            part.put("psnr", closeness.psnr());
        } else {
            part.putNull("psnr");
        }
        part.put("ssim", closeness.ssim());
    }
}
