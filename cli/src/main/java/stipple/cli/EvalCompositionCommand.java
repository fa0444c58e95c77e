package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.DataException;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompts;
import stipple.eval.composition.CompositionSuite;
import stipple.eval.report.EvalReport;
import stipple.eval.report.ReportPage;
import stipple.eval.run.DrawSettings;
import stipple.model.image.ImageSize;
import stipple.model.load.LoadOptions;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.load.PendingIdentity;
import stipple.torch.UserException;

/** {@code stipple eval composition}. */
@Command(
        name = "composition",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks for shapes: one, two, a number of them, colours, positions, which colour goes with what, in combinations",
            "that training never sees. Every picture is judged by its geometry, and the judge's own accuracy is reported."
        },
        footer = {
            "",
            "Examples:",
            "  stipple eval composition --output build/eval/default",
            "  stipple eval composition --model DIR --class counting,colours --prompts 10 --seeds 1 -o build/eval/quick"
        })
final class EvalCompositionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the pictures and the report; a run that was stopped goes on there")
    private Path output;

    @Option(
            names = "--class",
            paramLabel = "NAME",
            split = ",",
            description = "one_object, two_objects, counting, colours, positions, binding (default: all)")
    private List<String> classes;

    @Option(names = "--prompts", paramLabel = "N", description = "prompts a class at most (default: ${DEFAULT-VALUE})")
    private int prompts = ScenePrompts.MOST;

    @Option(names = "--seeds", paramLabel = "N", description = "pictures a prompt (default: ${DEFAULT-VALUE})")
    private int seeds = 2;

    @Option(names = "--seen", description = "ask for combinations that training did see")
    private boolean seen;

    @Option(
            names = "--judge-scenes",
            paramLabel = "N",
            description = "rendered scenes on which the judge itself is tested (default: ${DEFAULT-VALUE})")
    private int scenes = CompositionSuite.SCENES;

    @Option(names = "--steps", paramLabel = "N", description = "evaluations of the head per token")
    private Integer steps;

    @Option(names = "--cfg", paramLabel = "X", description = "guidance, 1 for none")
    private Double cfg;

    @Option(names = "--size", paramLabel = "WxH", description = "size in pixels")
    private ImageSize size;

    @Option(names = "--json", description = "print the scores as lines of JSON")
    private boolean json;

    @Mixin
    private ModelOptions model;

    @Override
    public Integer call() {
        List<SceneClass> asked = classes == null
                ? List.of(SceneClass.values())
                : classes.stream()
                        .map(EvalCompositionCommand::sceneClass)
                        .distinct()
                        .toList();
        CompositionSuite suite =
                new CompositionSuite(asked, prompts, seeds, seen, scenes, new DrawSettings(steps, cfg, size));
        Path folder = new ModelLocator(Host.of(spec).home()).find(model.model);
        LoadOptions options = model.prepare();
        PendingIdentity identity = PendingIdentity.read(folder, model.chosenAdapters());
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, options)) {
            EvalReport report = run(suite, checkpoint, identity.get());
            ReportPage.write(output.resolve(ReportPage.FILE), report, output);
            PrintWriter out = spec.commandLine().getOut();
            new EvalTable(out, json).print(report);
            if (!json) {
                out.println("pictures and verdicts: " + output.resolve(ReportPage.FILE));
            }
        }
        return 0;
    }

    private EvalReport run(CompositionSuite suite, NextStepCheckpoint checkpoint, ModelIdentity identity) {
        PrintWriter err = spec.commandLine().getErr();
        if (!Host.of(spec).terminal()) {
            return suite.run(checkpoint, identity, output, (done, all) -> {});
        }
        ProgressBar bar = new ProgressBar(err);
        int[] before = {-1};
        EvalReport report = suite.run(checkpoint, identity, output, (done, all) -> {
            before[0] = before[0] < 0 ? done : before[0];
            bar.show("drawing", done - before[0], all - before[0], "pictures");
        });
        bar.clear();
        return report;
    }

    private static SceneClass sceneClass(String id) {
        try {
            return SceneClass.ofId(id);
        } catch (DataException unknown) {
            throw new UserException(
                    "There is no class '" + id + "'; known: "
                            + String.join(
                                    ", ",
                                    Stream.of(SceneClass.values())
                                            .map(SceneClass::id)
                                            .toList()),
                    unknown);
        }
    }
}
