package stipple.data.packages;

import java.nio.file.Path;
import java.util.List;

/** Fetches packages with {@code npm pack} into a cache folder; an archive that is there and readable is reused. */
public final class NpmPackageSource implements PackageSource {
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
        CachedDownload download = new CachedDownload(
                cache,
                npmPackage.fileName(),
                "npm pack " + npmPackage.spec(),
                List.of(npm, "pack", "--silent", npmPackage.spec()));
        return download.fetch(
                npmPackage.sha512().isEmpty()
                        ? TgzArchive::verify
                        : archive -> CachedDownload.requireSha512(archive, npmPackage.sha512()));
    }
}
