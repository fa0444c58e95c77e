package stipple.data.palette;

/**
 * A colour with its names.
 *
 * @param word the English words, also the name in files
 * @param chinese the Chinese word
 * @param rgb the exact colour as {@code 0xRRGGBB}
 */
public record Swatch(String word, String chinese, int rgb) {}
