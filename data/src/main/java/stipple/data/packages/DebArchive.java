package stipple.data.packages;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import stipple.data.DataException;

/** Reads files out of a Debian package without unpacking it (deb(5)): an ar archive that holds {@code data.tar.xz}. */
public final class DebArchive {
    private static final String DATA = "data.tar.xz";
    private static final long MAX_FILE = 64L << 20;

    private DebArchive() {}

    /** The chosen regular files by their path without a leading {@code ./}, sorted by path. */
    public static Map<String, byte[]> read(Path deb, Predicate<String> wanted) {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(deb));
                ArArchiveInputStream ar = new ArArchiveInputStream(raw)) {
            ArArchiveEntry member = ar.getNextEntry();
            while (member != null && !member.getName().equals(DATA)) {
                member = ar.getNextEntry();
            }
            if (member == null) {
                throw new DataException(deb + " holds no " + DATA + "; it is no Debian package that can be read");
            }
            TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(ar));
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = entry.getName().replaceFirst("^\\./", "");
                boolean regular = entry.isFile() && !entry.isSymbolicLink() && !entry.isLink();
                if (regular && entry.getSize() <= MAX_FILE && wanted.test(path)) {
                    files.put(path, tar.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new DataException(
                    deb + " is not a readable package archive (" + e.getMessage() + "); delete it and fetch it again",
                    e);
        }
        return files;
    }

    /** Looks for the member with the files; their checksums are checked when they are read. */
    static void verify(Path deb) {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(deb));
                ArArchiveInputStream ar = new ArArchiveInputStream(raw)) {
            for (ArArchiveEntry member = ar.getNextEntry(); member != null; member = ar.getNextEntry()) {
                if (member.getName().equals(DATA)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new DataException(
                    deb + " is not a readable package archive (" + e.getMessage() + "); delete it and fetch it again",
                    e);
        }
        throw new DataException(deb + " holds no " + DATA + "; delete it and fetch it again");
    }
}
