package stipple.data.packages;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import stipple.data.DataException;

/** Reads files out of an npm package archive without unpacking it. */
public final class TgzArchive {
    private static final long MAX_FILE = 512L << 20;

    private TgzArchive() {}

    /** The chosen files by their path inside {@code package/}, sorted by path. */
    public static Map<String, byte[]> read(Path tgz, Predicate<String> wanted) {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream raw = Files.newInputStream(tgz);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GZIPInputStream(new BufferedInputStream(raw), 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                // npm archives have one top folder, nearly always called "package".
                String path = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (entry.isFile() && wanted.test(path)) {
                    if (entry.getSize() > MAX_FILE) {
                        throw new DataException(tgz + ": " + path + " has " + entry.getSize()
                                + " bytes, more than the limit of " + MAX_FILE);
                    }
                    files.put(path, tar.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new DataException(
                    tgz + " is not a readable package archive (" + e.getMessage() + "); delete it and fetch it again",
                    e);
        }
        return files;
    }

    /** Reads the archive to its end, which checks the gzip checksum; refuses one that holds nothing. */
    public static void verify(Path tgz) {
        boolean[] seen = new boolean[1];
        read(tgz, path -> {
            seen[0] |= path.equals("package.json");
            return false;
        });
        if (!seen[0]) {
            throw new DataException(tgz + " holds no package.json; delete it and fetch it again");
        }
    }
}
