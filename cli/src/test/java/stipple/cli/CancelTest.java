package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.testing.TinyModel;

class CancelTest {
    @TempDir
    Path temp;

    @Test
    void ctrl_c_ends_with_130_and_leaves_only_whole_pictures() throws IOException, InterruptedException {
        assumeTrue(listensToCtrlC(), "started by something that ignores Ctrl-C, which children inherit");
        Path model = TinyModel.write(temp.resolve("tiny"), 1, 256);
        Path folder = Files.createDirectory(temp.resolve("out"));
        Process process = CliProcess.of(List.of(
                        "generate",
                        "a pear",
                        "--model",
                        model.toString(),
                        "-o",
                        folder + "/x.png",
                        "--json",
                        "-n",
                        "64",
                        "--steps",
                        "1000"))
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (line.contains("\"row\"")
                        && lines.stream().filter(l -> l.contains("\"row\"")).count() == 1) {
                    assertEquals(
                            0,
                            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                                    .start()
                                    .waitFor());
                }
            }
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        assertEquals(Main.INTERRUPTED, process.exitValue(), () -> String.join("\n", lines));
        assertEquals("{\"event\":\"cancelled\",\"pictures\":0}", lines.getLast());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    /** A signal that is ignored stays so in children, as under nohup. */
    private static boolean listensToCtrlC() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return true;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .noneMatch(mask -> (mask & 0b10) != 0);
        }
    }
}
