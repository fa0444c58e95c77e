package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import stipple.data.packages.AptPackageSource;
import stipple.data.packages.DebPackage;

/** Where Debian packages that a build reads are kept. */
final class DebianOptions {
    @Option(
            names = "--debian-cache",
            paramLabel = "DIR",
            description = "folder of the Debian packages (default: ~/.cache/stipple/debian)")
    private Path cache;

    /** Packages from the cache, fetched into it when missing. */
    DebPackage.Source source() {
        return new AptPackageSource(cache == null ? AptPackageSource.defaultCache() : cache);
    }
}
