package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** Where the networks that judge pictures lie. */
final class JudgeLocator {
    /** The dual encoder that comes with Stipple, seen from its home. */
    static final String AGREEMENT = "judges/agreement";

    private JudgeLocator() {}

    /** The dual encoder: the one asked for, or the one that comes with Stipple. */
    static Path agreement(CommandSpec spec, Path asked) {
        return asked != null ? asked : Host.of(spec).home().resolve(AGREEMENT);
    }
}
