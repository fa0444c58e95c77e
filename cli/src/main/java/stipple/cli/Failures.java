package stipple.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import stipple.data.DataException;
import stipple.model.files.AtomicFile;
import stipple.torch.TorchException;
import stipple.torch.UserException;

/** Turns failures into one line and an exit code; only a failure that is our own shows its stack. */
final class Failures {
    private static final int SUGGESTIONS = 3;

    private Failures() {}

    /** A command line that cannot be understood. */
    static int explain(ParameterException mistake, PrintWriter err) {
        CommandLine command = mistake.getCommandLine();
        String what = mistake.getMessage().lines().findFirst().orElse("bad command line");
        err.println("stipple: " + what + source(mistake) + suggestions(mistake) + "; see "
                + command.getCommandSpec().qualifiedName() + " --help");
        return Main.USER_ERROR;
    }

    /** A command that failed. */
    static int explain(Throwable failure, PrintWriter err) {
        return switch (failure) {
            case UserException mistake -> user(mistake.getMessage(), err);
            case DataException mistake -> user(mistake.getMessage(), err);
            case UncheckedIOException mistake -> user(mistake.getMessage() + reason(mistake.getCause()), err);
            case CancellationException cancelled -> {
                err.println("stipple: cancelled");
                yield Main.INTERRUPTED;
            }
            case TorchException memory
            when memory.kind() == TorchException.Kind.OUT_OF_MEMORY -> {
                err.println("stipple: out of memory: " + memory.getMessage()
                        + "; try a smaller --size, --n 1, or --dtype bfloat16");
                yield Main.FAILURE;
            }
            // Natives are loaded when a class is first touched, and the reason why they cannot be lies deeper.
            case ExceptionInInitializerError unloaded
            when unloaded.getCause() != null -> explain(unloaded.getCause(), err);
            case OutOfMemoryError memory -> {
                err.println("stipple: out of Java memory (" + memory.getMessage()
                        + "); allow more with STIPPLE_JAVA_OPTS=-Xmx8g");
                yield Main.FAILURE;
            }
            default -> {
                err.println("stipple: an internal error; please report it with the lines below");
                failure.printStackTrace(err);
                yield Main.FAILURE;
            }
        };
    }

    private static int user(String message, PrintWriter err) {
        err.println("stipple: " + message.lines().findFirst().orElse("failed"));
        return Main.USER_ERROR;
    }

    private static String reason(IOException cause) {
        String reason = AtomicFile.reason(cause);
        return ": " + reason.lines().findFirst().orElse(reason);
    }

    /** A value nobody typed comes from the environment, and the message must say so. */
    private static String source(ParameterException mistake) {
        if (mistake.getArgSpec() instanceof OptionSpec option) {
            CommandLine command = mistake.getCommandLine();
            String variable = EnvironmentDefaults.variable(option);
            boolean typed = command.getParseResult() != null
                    && command.getParseResult().originalArgs().stream()
                            .anyMatch(given -> List.of(option.names()).contains(given.split("=", 2)[0]));
            if (!typed && Host.of(command.getCommandSpec()).environment().containsKey(variable)) {
                return " (set by " + variable + ")";
            }
        }
        return "";
    }

    private static String suggestions(ParameterException mistake) {
        if (mistake instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            return "; did you mean "
                    + String.join(
                            " or ",
                            unmatched.getSuggestions().stream()
                                    .limit(SUGGESTIONS)
                                    .toList());
        }
        return "";
    }
}
