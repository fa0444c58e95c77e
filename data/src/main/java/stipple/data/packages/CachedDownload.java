package stipple.data.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import stipple.data.DataException;

/**
 * A package archive that its own client downloads into a cache; one that is there is reused.
 *
 * @param cache the folder, which is made when needed
 * @param fileName the archive's name, which is also what the client calls it
 * @param what the download in words, such as {@code npm pack NAME@VERSION}; its first word is the client
 * @param command the client's command line, run in an empty folder
 */
record CachedDownload(Path cache, String fileName, String what, List<String> command) {
    private static final long TIMEOUT_MINUTES = 10;

    /** The archive's path; {@code verify} throws for one that cannot be read. */
    Path fetch(Consumer<Path> verify) {
        Path file = cache.resolve(fileName);
        if (Files.exists(file)) {
            verify.accept(file);
            return file;
        }
        try {
            Files.createDirectories(cache);
            // A folder of its own, so that a broken download never takes the archive's place.
            Path staging = Files.createTempDirectory(cache, "fetch");
            try {
                run(staging);
                Path got = staging.resolve(fileName);
                if (!Files.exists(got)) {
                    throw new DataException(
                            what + " ended without writing " + fileName + "; put that file into " + cache + " by hand");
                }
                verify.accept(got);
                Files.move(got, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                clear(staging);
            }
            return file;
        } catch (IOException e) {
            throw new DataException("cannot write to the package cache " + cache + ": " + e.getMessage(), e);
        }
    }

    /** Refuses an archive with other bytes than those of this checksum. */
    static void requireSha512(Path archive, String expected) {
        try (InputStream in = Files.newInputStream(archive)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(expected)) {
                throw new DataException(archive + " has the SHA-512 " + found.substring(0, 16) + "..., expected "
                        + expected.substring(0, 16) + "...; delete it and fetch it again");
            }
        } catch (IOException e) {
            throw new DataException("cannot read " + archive + ": " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Path staging) throws IOException {
        Path log = staging.resolve("client.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(staging.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            String client = what.substring(0, what.indexOf(' '));
            throw new DataException(
                    client + " is needed for '" + what + "' and could not be started ('" + command.getFirst()
                            + "'); install " + client + ", or put " + fileName + " into " + cache,
                    e);
        }
        try {
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw new DataException(what + " did not end within " + TIMEOUT_MINUTES + " minutes; put " + fileName
                        + " into " + cache + " by hand");
            }
            if (process.exitValue() != 0) {
                throw new DataException(what + " failed with status " + process.exitValue() + ": " + firstLine(log)
                        + "; check the network, or put " + fileName + " into " + cache);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("interrupted during " + what, e);
        } finally {
            process.destroy();
        }
    }

    private static String firstLine(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "it gave no message" : text.lines().findFirst().orElseThrow();
    }

    private static void clear(Path folder) throws IOException {
        try (var list = Files.list(folder)) {
            for (Path file : list.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
