package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The {@code stipple} command. */
@Command(
        name = "stipple",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Draws pictures the way a language model writes: one continuous token at a time.",
        subcommands = {
            GenerateCommand.class,
            EditCommand.class,
            InspectCommand.class,
            ListCommand.class,
            ShowCommand.class,
            PullCommand.class,
            RemoveCommand.class,
            DoctorCommand.class,
            ConvertCommand.class,
            MergeCommand.class,
            ServeCommand.class,
            PsCommand.class,
            QuantizeCommand.class,
            TrainCommand.class,
            ReportCommand.class,
            PairsCommand.class,
            ReasonCommand.class,
            VerifyCommand.class,
            EvalCommand.class,
            ShortcutsCommand.class,
            BenchCommand.class,
            DataCommand.class,
            CompletionCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  stipple generate \"a red apple\" -o apple.png",
            "  stipple inspect apple.png",
            "  stipple doctor",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong command line or input, 130 cancelled."
        })
public final class Main {
    /** Exit code of a failure inside Stipple. */
    static final int FAILURE = 1;

    /** Exit code of a mistake in the command line or in what it names. */
    static final int USER_ERROR = 2;

    /** Exit code of a run that was cancelled. */
    static final int INTERRUPTED = 130;

    private static final int HELP_WIDTH = 100;

    private final Host host;

    private Main(Host host) {
        this.host = host;
    }

    Host host() {
        return host;
    }

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    /** Runs the command without exiting: 0 done, 2 the user's mistake, 1 our failure, 130 interrupted. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(Host.system(), out, err, args);
    }

    /** The same in other surroundings. */
    static int run(Host host, PrintWriter out, PrintWriter err, String... args) {
        EnvironmentDefaults defaults = new EnvironmentDefaults(host.environment());
        CommandLine line = commandLine(host, defaults);
        line.setOut(out);
        line.setErr(err);
        line.setParameterExceptionHandler((mistake, given) -> Failures.explain(mistake, err));
        line.setExecutionExceptionHandler((failure, command, result) -> Failures.explain(failure, err));
        defaults.unknown(line)
                .forEach(name -> err.println("stipple: warning: no option reads the environment variable " + name));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | ExceptionInInitializerError failure) {
            return Failures.explain(failure, err);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** The command with all its subcommands. */
    static CommandLine commandLine(Host host, EnvironmentDefaults defaults) {
        CommandLine line = new CommandLine(new Main(host));
        Converters.register(line);
        line.setDefaultValueProvider(defaults);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(HELP_WIDTH);
        subcommands(line).forEach(Main::complete);
        return line;
    }

    /** Every one once: a command is listed under each of its names. */
    private static Stream<CommandLine> subcommands(CommandLine line) {
        return line.getSubcommands().values().stream().distinct();
    }

    /** What every subcommand has in common and cannot say by annotation. */
    private static void complete(CommandLine line) {
        line.getCommandSpec().versionProvider(new Version());
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        usage.footer(Stream.concat(Arrays.stream(usage.footer()), Stream.of("", EnvironmentDefaults.HELP))
                .toArray(String[]::new));
        subcommands(line).forEach(Main::complete);
    }
}
