package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own Node client, unmodified and of a locked version; skipped where Node or the package cannot be had. */
class OpenAiNodeClientTest {
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "client.mjs");

    @TempDir
    Path folder;

    private record Run(int code, String output) {}

    private Run run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Run(-1, "too slow");
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private boolean installed() throws InterruptedException {
        try {
            for (String name : FILES) {
                try (InputStream file = getClass().getResourceAsStream("openai-client/" + name)) {
                    Files.copy(file, folder.resolve(name));
                }
            }
            return run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                            .code()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    @Test
    void it_draws_streams_edits_and_understands_errors() throws Exception {
        assumeTrue(installed(), "npm cannot install OpenAI's client here");
        Path input = Files.write(folder.resolve("in.png"), TestPictures.png(64, 64));
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            Run run = run("node", "client.mjs", server.base().toString(), input.toString());
            assertEquals(0, run.code(), run.output());
            assertTrue(run.output().contains("all well"), run.output());
        }
    }
}
