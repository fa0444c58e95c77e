package stipple.eval.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import stipple.model.config.BackboneConfig;
import stipple.torch.UserException;
import stipple.torch.kernels.WeightFormat;

/**
 * llama.cpp as a process that does what it is told, on random weights of a shape. Its file of weights lies in the folder
 * for temporary files and is deleted with it. Between two orders it does nothing, so it and we can take turns.
 */
public final class LlamaCpp implements AutoCloseable {
    private static final double GIB = 1L << 30;

    private final Path folder;
    private final long fileBytes;
    private final GgufFormat format;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final Thread cleanUp;

    private LlamaCpp(Path folder, Thread cleanUp, long fileBytes, GgufFormat format, Process process) {
        this.folder = folder;
        this.cleanUp = cleanUp;
        this.fileBytes = fileBytes;
        this.format = format;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Writes weights and starts the program.
     *
     * @param weights our format, whose nearest relative is taken
     * @param promptTokens of a prefill
     * @throws UserException if Node, the package or the room for the file is missing
     */
    public static LlamaCpp start(
            BackboneConfig backbone, WeightFormat weights, int promptTokens, int threads, Consumer<String> progress) {
        return start(
                new GgufShape(backbone, GgufFormat.of(weights)),
                PeerPackage.prepare(PeerPackage.usualFolder(), "node", "npm", progress),
                promptTokens,
                threads,
                progress);
    }

    /** Size of the file for a shape; as much memory holds it while the program runs. */
    public static long fileBytes(BackboneConfig backbone, WeightFormat weights) {
        return new GgufShape(backbone, GgufFormat.of(weights)).bytes();
    }

    static LlamaCpp start(
            GgufShape shape, PeerPackage program, int promptTokens, int threads, Consumer<String> progress) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("stipple-peer");
            // Gigabytes must not be left behind, even if somebody gives up waiting.
            Path leftover = folder;
            Thread cleanUp = new Thread(() -> delete(leftover), "stipple-peer-clean-up");
            Runtime.getRuntime().addShutdownHook(cleanUp);
            long room = folder.toFile().getUsableSpace();
            if (room < shape.bytes()) {
                throw new UserException(String.format(
                        java.util.Locale.ROOT,
                        "llama.cpp needs a file of %.1f GiB and %s has room for %.1f GiB;"
                                + " name another folder with STIPPLE_JAVA_OPTS=-Djava.io.tmpdir=DIR",
                        shape.bytes() / GIB,
                        folder.getParent(),
                        room / GIB));
            }
            progress.accept(String.format(
                    java.util.Locale.ROOT, "llama.cpp: writing %.1f GB of random weights", shape.bytes() / 1e9));
            Path file = folder.resolve("weights.gguf");
            GgufWriter.write(shape, file);
            Process process = new ProcessBuilder(List.of(
                            program.node(),
                            program.driver().toString(),
                            file.toString(),
                            String.valueOf(threads),
                            String.valueOf(promptTokens)))
                    .directory(program.folder().toFile())
                    .redirectError(folder.resolve("errors.log").toFile())
                    .start();
            LlamaCpp peer = new LlamaCpp(folder, cleanUp, shape.bytes(), shape.format(), process);
            folder = null;
            peer.awaitReady();
            return peer;
        } catch (IOException e) {
            throw new UserException("llama.cpp cannot be started: " + e.getMessage(), e);
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private void awaitReady() {
        try {
            if (!"ready".equals(answer())) {
                throw new UserException("llama.cpp did not start as expected" + complaint());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Program and version. */
    public String name() {
        return "llama.cpp (node-llama-cpp " + PeerPackage.VERSION + ")";
    }

    /** Format of its weights. */
    public String format() {
        return format.name();
    }

    /** Size of its weights. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Reads the prompt so many times, each time from the beginning; seconds of each. */
    public double[] prefill(int times) {
        return order("prefill " + times);
    }

    /** Reads so many more tokens, one by one; seconds of each. */
    public double[] steps(int times) {
        return order("step " + times);
    }

    private double[] order(String text) {
        try {
            orders.write(text + "\n");
            orders.flush();
        } catch (IOException gone) {
            throw new UserException("llama.cpp has ended" + complaint(), gone);
        }
        return Arrays.stream(answer().split(" "))
                .mapToDouble(word -> Double.parseDouble(word) / 1e3)
                .toArray();
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new UserException("llama.cpp has ended" + complaint());
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String complaint() {
        try (Stream<String> lines = Files.lines(folder.resolve("errors.log"))) {
            return lines.filter(line -> !line.isBlank())
                    .findFirst()
                    .map(line -> ": " + line.strip())
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(cleanUp);
        delete(folder);
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + folder, e);
        }
    }
}
