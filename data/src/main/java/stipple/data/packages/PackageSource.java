package stipple.data.packages;

import java.nio.file.Path;

/** Where package archives come from. */
@FunctionalInterface
public interface PackageSource {
    /** The path of the package's readable tgz; a {@code DataException} says in one line why there is none. */
    Path fetch(NpmPackage npmPackage);
}
