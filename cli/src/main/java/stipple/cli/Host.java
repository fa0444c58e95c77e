package stipple.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What surrounds a run of the command.
 *
 * @param environment the environment variables
 * @param home the folder of the launcher, where {@code models/} lies
 * @param terminal whether a person is watching the error output
 */
record Host(Map<String, String> environment, Path home, boolean terminal) {
    /** As the launcher tells by system properties; without it, the working directory and no terminal. */
    static Host system() {
        return new Host(
                System.getenv(),
                Path.of(System.getProperty("stipple.home", "")),
                Boolean.getBoolean("stipple.terminal"));
    }

    /** The surroundings of the command that a subcommand belongs to. */
    static Host of(CommandSpec spec) {
        return ((Main) spec.root().userObject()).host();
    }
}
