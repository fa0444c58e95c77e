package stipple.data.clipart;

import java.util.List;

/**
 * A picture of a collection.
 *
 * @param path its path in the collection without the extension, such as {@code animals/birds/rooster_01}
 * @param file the picture's path in the package
 * @param title what it shows, in English and small letters
 * @param chinese what it shows in Chinese; "" where the source does not say
 * @param keywords further words, in the order of the source
 */
record ClipArt(String path, String file, String title, String chinese, List<String> keywords) {
    /** The folders above it as words, {@code animals, birds}. */
    String category() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash).replace('_', ' ').replace("/", ", ");
    }
}
