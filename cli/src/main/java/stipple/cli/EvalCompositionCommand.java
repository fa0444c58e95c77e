package stipple.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stipple.data.DataException;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompts;
import stipple.eval.composition.CompositionSuite;
import stipple.torch.UserException;

/** {@code stipple eval composition}. */
@Command(
        name = "composition",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks for shapes in combinations that training never sees, and judges each picture by its geometry.",
            "The classes are one object, two, a number of them, colours, positions, and which colour goes with what. The judge's"
                    + " own accuracy is reported."
        },
        footer = {
            "",
            "Examples:",
            "  stipple eval composition --output build/eval/default",
            "  stipple eval composition --model DIR --class counting,colours --prompts 10 --seeds 1 -o build/eval/quick"
        })
final class EvalCompositionCommand extends EvalSuiteCommand {
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

    @Override
    public Integer call() {
        List<SceneClass> asked = classes == null
                ? List.of(SceneClass.values())
                : classes.stream()
                        .map(EvalCompositionCommand::sceneClass)
                        .distinct()
                        .toList();
        CompositionSuite suite = new CompositionSuite(asked, prompts, seeds, seen, scenes, run.settings());
        return run.run(spec, (checkpoint, identity, progress) -> suite.run(checkpoint, identity, run.output, progress));
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
