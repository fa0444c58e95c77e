package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The web page in a real browser; skipped where Node, its packages or Chromium cannot be had. */
class StudioTest {
    private static final Path SOURCE = Path.of("../studio").toAbsolutePath().normalize();
    private static final Path BUILT = Path.of("src/main/resources/studio").toAbsolutePath();
    private static final int LARGEST = 200_000;

    @TempDir
    static Path folder;

    private static Path studio;
    private static boolean installed;

    private record Run(int code, String output) {}

    private static Run run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(studio.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return new Run(-1, "too slow: " + Files.readString(output, StandardCharsets.UTF_8));
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        studio = folder.resolve("studio");
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(f -> !f.toString().contains("node_modules"))
                    .filter(Files::isRegularFile)
                    .toList()) {
                Path copy = studio.resolve(SOURCE.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        try {
            installed = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                            .code()
                    == 0;
        } catch (IOException absent) {
            installed = false;
        }
    }

    @Test
    void the_page_in_the_jar_is_built_from_the_source_and_small() throws Exception {
        assumeTrue(installed, "npm cannot install the packages of the page here");
        Path out = folder.resolve("out");
        Run build = run("npx", "vite", "build", "--outDir", out.toString());
        assertEquals(0, build.code(), build.output());
        Map<String, String> committed = contents(BUILT);
        assertEquals(contents(out), committed, "run 'npm install && npm run build' in studio/ and commit the result");
        int size = committed.values().stream().mapToInt(String::length).sum();
        assertTrue(size < LARGEST, "the page has " + size + " bytes");
    }

    @Test
    void the_whole_journey_works_in_a_browser() throws Exception {
        assumeTrue(installed, "npm cannot install the packages of the page here");
        String chromium = System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium");
        assumeTrue(Files.isExecutable(Path.of(chromium)), "there is no Chromium at " + chromium + "; set CHROMIUM");
        Path runs = runs();
        ServerOptions options = ServerOptions.in(folder.resolve("data")).withRuns(List.of(runs));
        // Large pictures, so that the page has the time to show how they are drawn.
        try (RunningServer server = RunningServer.start(options, RunningServer.served(256))) {
            Run journey = run("node", "test/journey.mjs", server.base().toString(), runs.toString());
            assertEquals(0, journey.code(), journey.output());
            assertTrue(journey.output().endsWith("ok\n"), journey.output());
        }
    }

    /** One run that goes on, one that is finished, one that failed, one with damage; and a report before and after. */
    private static Path runs() throws IOException {
        Path runs = folder.resolve("runs");
        Path going = runs.resolve("going");
        RunFixtures.recipe(going, 1000);
        RunFixtures.metrics(going, 500);
        RunFixtures.words(going, "100 0 training starts");
        Files.writeString(going.resolve(".lock"), ProcessHandle.current().pid() + "\n");
        Path ended = runs.resolve("ended");
        RunFixtures.recipe(ended, 100);
        RunFixtures.metrics(ended, 100);
        RunFixtures.words(ended, "900 0 training starts", "800 100 all steps are done");
        RunFixtures.sample(ended, 50);
        RunFixtures.sample(ended, 100);
        Path broken = runs.resolve("post/broken");
        RunFixtures.recipe(broken, 100);
        RunFixtures.words(broken, "900 0 training starts", "800 40 training failed: the loss is not finite");
        Files.writeString(broken.resolve("metrics.jsonl"), "{\"step\":40,\"loss\":\"NaN\"}\n");
        Path damaged = runs.resolve("damaged");
        RunFixtures.words(damaged, "900 0 training starts", "800 10 training was stopped");
        Files.writeString(damaged.resolve("metrics.jsonl"), RunFixtures.line(10, 0.5) + "garbage\n");
        RunFixtures.report(runs.resolve("eval/before"), "before", 4, 1);
        RunFixtures.report(runs.resolve("eval/after"), "after", 4, 3);
        return runs;
    }

    /** Files by their paths, each byte as a character. */
    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }
}
