package stipple.eval.bench.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import stipple.torch.UserException;

/**
 * The npm package {@code node-llama-cpp} with its prebuilt library for the CPU, in a folder of its own that outlives the
 * run: it is downloaded once.
 *
 * @param folder that holds {@code node_modules} and our driver
 * @param node the program that runs the driver
 */
record PeerPackage(Path folder, String node) {
    /** The version that is asked for, so that runs on different days compare the same program. */
    static final String VERSION = "3.22.1";

    private static final String NAME = "node-llama-cpp";
    private static final String DRIVER = "peer.mjs";
    private static final int INSTALL_MINUTES = 15;

    /** Where the package is kept unless somebody says otherwise. */
    static Path usualFolder() {
        return Path.of(System.getProperty("user.home"), ".cache", "stipple", "peer-" + VERSION);
    }

    /**
     * Finds the package, or downloads it.
     *
     * @throws UserException if there is no Node or the package cannot be had
     */
    static PeerPackage prepare(Path folder, String node, String npm, Consumer<String> progress) {
        output(
                List.of(node, "--version"),
                folder,
                "llama.cpp is run by Node, which cannot be started as '" + node
                        + "'; install Node 20 or newer (https://nodejs.org)");
        try {
            Files.createDirectories(folder);
            if (!Files.isDirectory(folder.resolve("node_modules").resolve(NAME))) {
                install(folder, npm, progress);
            }
            try (InputStream driver = PeerPackage.class.getResourceAsStream(DRIVER)) {
                Files.copy(driver, folder.resolve(DRIVER), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UserException("Cannot write to " + folder + ": " + e.getMessage(), e);
        }
        return new PeerPackage(folder, node);
    }

    Path driver() {
        return folder.resolve(DRIVER);
    }

    /** Without the packages of other systems and of graphics cards, which are twenty times as large. */
    private static void install(Path folder, String npm, Consumer<String> progress) {
        progress.accept("downloading " + NAME + " " + VERSION + " to " + folder);
        output(
                List.of(
                        npm,
                        "install",
                        "--prefix",
                        folder.toString(),
                        "--no-audit",
                        "--no-fund",
                        "--ignore-scripts",
                        "--omit=optional",
                        NAME + "@" + VERSION,
                        "@" + NAME + "/" + platform() + "@" + VERSION),
                folder,
                "The npm package " + NAME + " " + VERSION + " cannot be had");
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "mac" : "linux";
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        return os + "-" + arch + (os.equals("mac") && arch.equals("arm64") ? "-metal" : "");
    }

    private static void output(List<String> command, Path folder, String failure) {
        try {
            Path here = Files.isDirectory(folder) ? folder : Path.of("").toAbsolutePath();
            Process process = new ProcessBuilder(command)
                    .directory(here.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new UserException(failure + " (" + firstError(said) + ")");
            }
        } catch (IOException e) {
            throw new UserException(failure, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException(failure + ", because it was interrupted", e);
        }
    }

    private static String firstError(String said) {
        return Arrays.stream(said.split("\\R"))
                .filter(line -> line.toLowerCase(Locale.ROOT).contains("error"))
                .findFirst()
                .orElse("it said nothing of use")
                .strip();
    }
}
