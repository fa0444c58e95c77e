package stipple.train.reward;

import stipple.model.image.PixelImage;

/**
 * A picture to be judged.
 *
 * @param prompt what it was to show
 * @param picture the picture
 */
public record Judged(String prompt, PixelImage picture) {}
