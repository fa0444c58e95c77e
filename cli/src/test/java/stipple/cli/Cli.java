package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a run of the command printed and returned.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Cli(int code, String out, String err) {
    /** Runs the command in this process, with nothing in the environment. */
    static Cli run(Object... args) {
        return run(new Host(Map.of(), Path.of("no-such-home"), false), args);
    }

    /** Runs the command in other surroundings. */
    static Cli run(Host host, Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        int code = Main.run(host, new PrintWriter(out), new PrintWriter(err), texts);
        return new Cli(code, out.toString(), err.toString());
    }

    /** Fails unless the run succeeded. */
    Cli succeeded() {
        assertEquals(0, code, () -> "exit code; it said: " + err + out);
        return this;
    }

    /** Fails unless the run ended with one line that names all of these, and no stack trace. */
    Cli refused(String... parts) {
        assertEquals(Main.USER_ERROR, code, () -> "exit code; it said: " + err + out);
        assertEquals(1, err.lines().count(), () -> "lines on stderr: " + err);
        for (String part : parts) {
            assertEquals(true, err.contains(part), () -> "'" + part + "' is not in: " + err);
        }
        assertFalse(err.contains("Exception"), err);
        return this;
    }
}
