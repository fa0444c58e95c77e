package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import stipple.eval.agreement.StyleJudge;

/** The classifier that tells styles: the one that comes with Stipple unless another is named. */
final class StyleJudgeOptions {
    private static final String SHIPPED = "judges/style";

    @Option(
            names = "--style-judge",
            paramLabel = "DIR",
            description = "folder of the classifier of styles (default: " + SHIPPED + ")")
    Path folder;

    StyleJudge open(CommandSpec spec) {
        return StyleJudge.load(chosen(spec));
    }

    /** The folder named, or that of the one that comes with Stipple. */
    Path chosen(CommandSpec spec) {
        return folder != null ? folder : shipped(Host.of(spec));
    }

    /** The folder of the one that comes with Stipple. */
    static Path shipped(Host host) {
        return host.home().resolve(SHIPPED);
    }
}
