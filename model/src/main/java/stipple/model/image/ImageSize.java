package stipple.model.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.torch.UserException;

/**
 * An image's size in pixels.
 *
 * @param width pixels from left to right
 * @param height pixels from top to bottom
 */
public record ImageSize(int width, int height) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})[xX×](\\d{1,5})");

    /** Checks that it is not empty. */
    public ImageSize {
        if (width <= 0 || height <= 0) {
            throw new UserException("An image of " + width + "x" + height + " pixels is empty");
        }
    }

    /**
     * Reads {@code WIDTHxHEIGHT}.
     *
     * @throws UserException if the text has another form
     */
    public static ImageSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new UserException("'" + text + "' is not a size; write WIDTHxHEIGHT, for example 512x512");
        }
        return new ImageSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /**
     * The size in tokens.
     *
     * @param pixelsPerToken side of a token in pixels
     * @throws UserException if it is not in whole tokens
     */
    public TokenGrid grid(int pixelsPerToken) {
        if (width % pixelsPerToken != 0 || height % pixelsPerToken != 0) {
            throw new UserException("The size " + this
                    + " is not in whole tokens; width and height must be multiples of " + pixelsPerToken);
        }
        return new TokenGrid(height / pixelsPerToken, width / pixelsPerToken);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
