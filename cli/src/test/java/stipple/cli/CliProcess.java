package stipple.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command in a process of its own, to be sent signals. */
final class CliProcess {
    private CliProcess() {}

    /** With the class path and the flags of this process, and without its settings in the environment. */
    static ProcessBuilder of(List<String> args) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-Dorg.bytedeco") || flag.startsWith("--enable-native"))
                .toList());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx400m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("STIPPLE_"));
        return builder;
    }
}
