package stipple.data.build;

/**
 * Where something in a data set comes from.
 *
 * @param source the exact source, such as a package with its version; equals {@code metadata.source} of its samples
 * @param licence SPDX name of the licence of what is taken from it
 * @param authors whom to credit
 */
public record Credit(String source, String licence, String authors) {
    /** What this project draws itself. */
    public static Credit own(String generator) {
        return new Credit("stipple " + generator, "Apache-2.0", "the Stipple authors");
    }
}
