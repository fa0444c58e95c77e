package stipple.data.packages;

import java.nio.file.Path;
import java.util.List;

/** Fetches Debian packages with {@code apt-get download} into a cache folder; it installs nothing. */
public final class AptPackageSource implements DebPackage.Source {
    private final Path cache;

    /** A source with this cache folder, which is made when needed. */
    public AptPackageSource(Path cache) {
        this.cache = cache;
    }

    /** {@code ~/.cache/stipple/debian}. */
    public static Path defaultCache() {
        return Path.of(System.getProperty("user.home"), ".cache", "stipple", "debian");
    }

    @Override
    public Path fetch(DebPackage wanted) {
        CachedDownload download = new CachedDownload(
                cache,
                wanted.fileName(),
                "apt-get download " + wanted.spec(),
                List.of("apt-get", "--quiet=2", "download", wanted.spec()));
        return download.fetch(DebArchive::verify);
    }
}
