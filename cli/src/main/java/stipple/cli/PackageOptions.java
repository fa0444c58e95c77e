package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import stipple.data.packages.NpmPackageSource;
import stipple.data.packages.PackageSource;

/** Where packages that a build reads are kept. */
final class PackageOptions {
    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "folder of the packages (default: ~/.cache/stipple/npm)")
    private Path cache;

    /** Packages from the cache, fetched into it when missing. */
    PackageSource source() {
        return new NpmPackageSource(cache == null ? NpmPackageSource.defaultCache() : cache);
    }
}
