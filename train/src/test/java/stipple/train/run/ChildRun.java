package stipple.train.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link TrainProcess} that a test watches and ends. */
final class ChildRun implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    /**
     * Starts a process with the flags of this one.
     *
     * @param limits shell commands before it starts, such as {@code ulimit -f 100}; may be empty
     */
    ChildRun(String limits, Path recipe, String... overrides) throws IOException {
        List<String> java = new ArrayList<>();
        java.add(System.getProperty("java.home") + "/bin/java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent"))
                .forEach(java::add);
        java.addAll(List.of("-Dstipple.threads=1", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), TrainProcess.class.getName()));
        java.add(recipe.toString());
        java.addAll(List.of(overrides));
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", limits + " exec \"$@\"", "sh"));
        command.addAll(java);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next line, or null at the end. */
    String line() throws IOException {
        String line = output.readLine();
        if (line != null) {
            lines.add(line);
        }
        return line;
    }

    /** Reads until a line begins like this. */
    void await(String beginning) throws IOException {
        String line = line();
        while (line != null && !line.startsWith(beginning)) {
            line = line();
        }
        if (line == null) {
            throw new AssertionError("no line '" + beginning + "' in " + lines);
        }
    }

    /** SIGTERM, without closing the output as {@link Process#destroy} does. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Reads to the end and returns the exit code. */
    int end() throws IOException, InterruptedException {
        while (line() != null) {
            // Until the process has closed its output.
        }
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            throw new AssertionError("the process does not end: " + lines);
        }
        return process.exitValue();
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
