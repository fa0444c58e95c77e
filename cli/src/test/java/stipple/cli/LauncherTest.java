package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.testing.TinyModel;

/** Runs the real launcher on a checkout that looks built: its own script, the class path of this test as jars. */
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "stipple").toAbsolutePath().normalize();

    @TempDir
    Path temp;

    private Path home;
    private Path oldJava;

    /** What a run printed and returned. */
    private record Run(int code, String out, String err) {}

    @BeforeEach
    void buildCheckout() throws IOException {
        home = Files.createDirectories(temp.resolve("a home"));
        Files.copy(SCRIPT, home.resolve("stipple"));
        assertTrue(home.resolve("stipple").toFile().setExecutable(true));
        Path lib = Files.createDirectories(home.resolve("cli/target/lib"));
        Path app = Files.createDirectories(home.resolve("cli/target/app-test"));
        int n = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (Files.isDirectory(path)) {
                jar(path, app.resolve(n++ + ".jar"));
            } else if (Files.exists(path)) {
                Files.createSymbolicLink(lib.resolve(n++ + ".jar"), path);
            }
        }
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.writeString(home.resolve("cli/target/.built"), "app-test\n");
        oldJava = fakeJdk("old jdk", "17.0.9");
    }

    private static void jar(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    entries.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                    Files.copy(file, entries);
                    entries.closeEntry();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private Path fakeJdk(String name, String version) throws IOException {
        Path jdk = temp.resolve(name);
        Path bin = Files.createDirectories(jdk.resolve("bin"));
        for (String tool : List.of("java", "javac")) {
            Files.writeString(bin.resolve(tool), "#!/bin/sh\necho 'the old java ran'\nexit 3\n");
            assertTrue(bin.resolve(tool).toFile().setExecutable(true));
        }
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private Run run(Path script, Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("STIPPLE_") || name.startsWith("JAVA_") || name.startsWith("JDK_"));
        builder.environment().put("PATH", oldJava.resolve("bin") + ":/usr/local/bin:/usr/bin:/bin");
        builder.environment().putAll(environment);
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        try {
            int code = builder.start().waitFor();
            return new Run(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The folder that holds this test's own JDK, as one of those to search. */
    private static Map<String, String> jdks() {
        return Map.of(
                "STIPPLE_JDK_PATH",
                Path.of(System.getProperty("java.home")).getParent().toString());
    }

    @Test
    void an_old_java_on_the_path_is_passed_over_for_a_new_one_elsewhere() throws IOException {
        Run run = run(home.resolve("stipple"), jdks(), "--version");
        assertEquals("", run.err());
        assertEquals("stipple " + Version.NUMBER + "\n", run.out());
        assertEquals(0, run.code());
    }

    @Test
    void java_home_comes_first_if_it_is_new_enough() throws IOException {
        String own = System.getProperty("java.home");
        assertEquals(
                0,
                run(home.resolve("stipple"), Map.of("JAVA_HOME", own, "STIPPLE_JDK_PATH", "/none"), "--version")
                        .code());
        Run old = run(
                home.resolve("stipple"),
                Map.of("JAVA_HOME", oldJava.toString(), "STIPPLE_JDK_PATH", temp.toString()),
                "--version");
        assertEquals(2, old.code());
    }

    @Test
    void without_any_new_enough_jdk_one_line_says_how_to_get_it() throws IOException {
        fakeJdk("jre 24", "24");
        Run run = run(home.resolve("stipple"), Map.of("STIPPLE_JDK_PATH", temp.toString()), "--version");
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("JDK of version 25") && run.err().contains("JAVA_HOME"), run.err());
    }

    @Test
    void it_works_through_a_link_and_keeps_the_working_directory_and_the_exit_code() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("a home/stipple"));
        Run run = run(link, jdks(), "inspect", "nothing.png");
        assertEquals("stipple: There is no file or folder nothing.png\n", run.err());
        assertEquals(2, run.code());
        Files.writeString(temp.resolve("text.png"), "no picture");
        assertTrue(run(link, jdks(), "inspect", "text.png").err().contains("text.png is not a PNG"));
    }

    @Test
    void another_libtorch_on_the_library_path_is_kept_out() throws IOException {
        Path foreign = Files.createDirectories(temp.resolve("other torch"));
        for (String library : List.of("libtorch.so", "libc10.so")) {
            Files.writeString(foreign.resolve(library), "not even a library");
        }
        Map<String, String> environment = new HashMap<>(jdks());
        environment.put("LD_LIBRARY_PATH", foreign + ":/nowhere");
        Run run = run(home.resolve("stipple"), environment, "doctor");
        assertEquals(0, run.code(), run.err() + run.out());
    }

    @Test
    void models_are_looked_for_beside_the_launcher() throws IOException {
        TinyModel.write(home.resolve("models/small"), 1);
        Run run = run(home.resolve("stipple"), jdks(), "generate", "a pear");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("found: small"), run.err());
    }

    @Test
    void own_java_options_are_appended() throws IOException {
        Map<String, String> environment = new HashMap<>(jdks());
        environment.put("STIPPLE_JAVA_OPTS", "-Dstipple.home=" + temp + " -Xmx300m");
        assertTrue(run(home.resolve("stipple"), environment, "models")
                .out()
                .contains(temp.resolve("models").toString()));
    }

    @Test
    void a_changed_source_leads_to_a_build_and_a_failing_one_is_shown() throws IOException {
        Path bin = Files.createDirectories(temp.resolve("bin"));
        Path mvn = bin.resolve("mvn");
        Files.writeString(mvn, """
                #!/bin/sh
                echo "[INFO] Building stipple-torch 0.1.0 [1/2]"
                echo "[ERROR] the fake build with $JAVA_HOME failed"
                exit 1
                """);
        assertTrue(mvn.toFile().setExecutable(true));
        Path source = Files.createDirectories(home.resolve("torch/src/main"));
        Files.writeString(source.resolve("New.java"), "class New {}");
        Map<String, String> environment = new HashMap<>(jdks());
        environment.put("PATH", bin + ":" + oldJava.resolve("bin") + ":/usr/bin:/bin");
        // The stamp must be older by more than the clock of the file system resolves.
        assertTrue(home.resolve("cli/target/.built").toFile().setLastModified(1_000_000));
        Run run = run(home.resolve("stipple"), environment, "--version");
        assertEquals(1, run.code());
        assertTrue(run.err().contains("stipple-torch [1/2]"), run.err());
        assertTrue(run.err().contains("the fake build with " + System.getProperty("java.home")), run.err());
        assertTrue(run.err().contains("build.log"), run.err());
        assertFalse(Files.isSymbolicLink(home.resolve("cli/target/.building")), "the lock is still there");
    }
}
