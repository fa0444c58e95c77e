package stipple.model.hub;

/**
 * A file of a repository.
 *
 * @param path inside the repository, with slashes
 * @param size in bytes
 * @param digest what its content must hash to
 */
record HubFile(String path, long size, FileDigest digest) {
    /** Whether it holds weights, which are large and immutable. */
    boolean weights() {
        return FileChoice.weights(path);
    }
}
