package stipple.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives every option the environment variable of its name as default: {@code --cfg-schedule}, {@code STIPPLE_CFG_SCHEDULE}. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    /** What the help of every command says about it. */
    static final String HELP = "Every option can also be set by an environment variable: --some-option by"
            + " STIPPLE_SOME_OPTION. The command line wins, then --like where a command has it.";

    private static final String PREFIX = "STIPPLE_";

    /** Variables that the launcher reads, and processes that train together. */
    private static final List<String> READ_ELSEWHERE = List.of(
            "STIPPLE_JAVA_OPTS", "STIPPLE_JDK_PATH", "STIPPLE_TRANSPORT", "STIPPLE_TIMEOUT", "STIPPLE_SHARD_MOMENTS");

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()
                ? environment.get(variable(option))
                : null;
    }

    /** The variable of an option. */
    static String variable(OptionSpec option) {
        return PREFIX
                + option.longestName().replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Variables with our prefix that no option of any command reads: most likely misspelt. */
    Set<String> unknown(CommandLine line) {
        Set<String> unknown = new TreeSet<>(environment.keySet());
        unknown.removeIf(name -> !name.startsWith(PREFIX) || READ_ELSEWHERE.contains(name));
        remove(line, unknown);
        return unknown;
    }

    private static void remove(CommandLine line, Set<String> unknown) {
        line.getCommandSpec().options().forEach(option -> unknown.remove(variable(option)));
        line.getSubcommands().values().forEach(command -> remove(command, unknown));
    }
}
