package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code stipple edit in.png "INSTRUCTION"}. */
@Command(
        name = "edit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Draws a picture anew by an instruction.",
            "The picture is scaled and cropped to --size, by default the supported size of the nearest proportions."
        },
        footer = {
            "",
            "Examples:",
            "  stipple edit apple.png \"make it green\" -o green.png",
            "  stipple edit apple.png \"make it green\" --cfg 3 --cfg-image 1.5 -o green.png",
            "  stipple edit apple.png --like green.png -o again.png"
        })
final class EditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PICTURE", index = "0", description = "the PNG or JPEG to edit")
    private Path input;

    @Parameters(
            paramLabel = "INSTRUCTION",
            index = "1",
            arity = "0..1",
            description = "what to change; <image> in it stands for the picture, in front if left out")
    private String instruction;

    @Option(
            names = "--cfg-image",
            paramLabel = "X",
            description = "guidance towards the picture; 1 is off (default: the model's)")
    private Double cfgImage;

    @Mixin
    private RequestOptions request;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ModelOptions model;

    @Override
    public Integer call() {
        if (instruction != null && !Drawing.typed(spec, "--prompt")) {
            request.prompt = null;
        }
        boolean fromEnvironment = !Drawing.typed(spec, "--cfg-image");
        Double guidance = request.like != null && fromEnvironment ? null : cfgImage;
        return new Drawing(spec, model, request, output).run(DrawOrder.edit(input, instruction, guidance));
    }
}
