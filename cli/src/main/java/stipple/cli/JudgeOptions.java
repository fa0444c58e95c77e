package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import stipple.eval.agreement.AgreementScorer;

/** The dual encoder that judges captions: the one that comes with Stipple unless another is named. */
final class JudgeOptions {
    private static final String SHIPPED = "judges/agreement";

    @Option(
            names = "--judge",
            paramLabel = "DIR",
            description = "folder of the dual encoder (default: " + SHIPPED + ")")
    Path folder;

    AgreementScorer open(CommandSpec spec) {
        return AgreementScorer.load(chosen(spec));
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
