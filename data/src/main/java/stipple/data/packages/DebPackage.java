package stipple.data.packages;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.build.Credit;
import stipple.data.build.CreditFiles;

/** A pinned Debian package for all architectures, with the licence and the authors of what is taken from it. */
public record DebPackage(String name, String version, String licence, String authors) {
    /** {@code name=version}, as {@code apt-get} takes it. */
    public String spec() {
        return name + "=" + version;
    }

    /** The file name that {@code apt-get download} gives; a colon in the version is written as {@code %3a}. */
    public String fileName() {
        return name + "_" + version.replace(":", "%3a") + "_all.deb";
    }

    /** What pictures of this package are credited as. */
    public Credit credit() {
        return new Credit(spec(), licence, authors);
    }

    /** The credit with the package's copyright file. */
    public CreditFiles credit(Map<String, byte[]> files) {
        Map<String, byte[]> notices = new TreeMap<>();
        byte[] copyright = files.get(copyrightFile());
        if (copyright != null) {
            notices.put(name + "-copyright", copyright);
        }
        return new CreditFiles(credit(), notices);
    }

    /** Where Debian keeps it inside the package. */
    public String copyrightFile() {
        return "usr/share/doc/" + name + "/copyright";
    }

    /** Where Debian packages come from. */
    @FunctionalInterface
    public interface Source {
        /** The path of the package's readable archive; a {@code DataException} says in one line why there is none. */
        Path fetch(DebPackage debPackage);
    }
}
