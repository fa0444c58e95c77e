package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stipple generate "PROMPT"}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Draws pictures from a text.",
        footer = {
            "",
            "Examples:",
            "  stipple generate \"a red apple\"",
            "  stipple generate \"a red apple\" -o apple.png --seed 7 --cfg 3 --steps 20",
            "  stipple generate \"a red apple\" -n 4 -o apples.png",
            "  stipple generate \"a red apple\" --continue-from apple.png --rows 2 -n 4 -o variations.png",
            "  stipple generate \"a red star above a blue cup\" --think",
            "  stipple generate --like apple.png -o again.png",
            "  stipple generate --like apple.png --steps 50 -o finer.png",
            "  stipple generate \"a red apple\" --json | jq .event"
        })
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PROMPT", arity = "0..1", description = "what to draw")
    private String prompt;

    @Mixin
    private RequestOptions request;

    @Mixin
    private ThinkOptions think;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ModelOptions model;

    @Override
    public Integer call() {
        if (prompt != null && !Drawing.typed(spec, "--prompt")) {
            request.prompt = null;
        }
        return new Drawing(spec, model, request, output).thinking(think).run(DrawOrder.generate(prompt));
    }
}
