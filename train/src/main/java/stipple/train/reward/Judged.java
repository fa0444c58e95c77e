package stipple.train.reward;

import stipple.model.image.PixelImage;

/**
 * A picture to be judged.
 *
 * @param prompt what it was to show
 * @param picture the picture
 */
public record Judged(String prompt, PixelImage picture) {
    private static final String MARK = "<|";

    /** The prompt without what a model wrote behind it before it drew, which is no part of the demand. */
    public String asked() {
        int end = prompt.indexOf(MARK);
        return end < 0 ? prompt : prompt.substring(0, end);
    }
}
