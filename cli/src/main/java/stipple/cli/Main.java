package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import stipple.data.DataException;
import stipple.torch.TorchException;
import stipple.torch.UserException;

/** The {@code stipple} command. */
@Command(
        name = "stipple",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Draws pictures the way a language model writes: one continuous token at a time.",
        subcommands = {TrainCommand.class, VerifyCommand.class})
public final class Main {
    /** Exit code of a mistake in the command line or in what it names. */
    static final int USER_ERROR = 2;

    /** Exit code of a failure inside Stipple. */
    static final int FAILURE = 1;

    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    /** Runs the command without exiting: 0 done, 2 the user's mistake, 1 our failure, 130 interrupted. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, given) -> {
            err.println("stipple: " + e.getMessage().lines().findFirst().orElse("bad command line") + "; see stipple "
                    + (e.getCommandLine().getParent() == null
                            ? ""
                            : e.getCommandLine().getCommandName() + " ") + "--help");
            return USER_ERROR;
        });
        line.setExecutionExceptionHandler((e, command, result) -> explain(e, err));
        return line.execute(args);
    }

    private static int explain(Exception e, PrintWriter err) {
        return switch (e) {
            case UserException mistake -> {
                err.println("stipple: " + mistake.getMessage());
                yield USER_ERROR;
            }
            case DataException mistake -> {
                err.println("stipple: " + mistake.getMessage());
                yield USER_ERROR;
            }
            case TorchException failure
            when failure.kind() == TorchException.Kind.OUT_OF_MEMORY -> {
                err.println("stipple: out of memory: " + failure.getMessage()
                        + "; try a smaller --size, --n 1, or --dtype bfloat16");
                yield FAILURE;
            }
            default -> {
                err.println("stipple: an internal error; please report it with the lines below");
                e.printStackTrace(err);
                yield FAILURE;
            }
        };
    }
}
