package stipple.train.pipeline;

import stipple.model.image.TokenGrid;

/**
 * A picture of a sample.
 *
 * @param index its number in the {@link LatentStore}
 * @param grid its size in tokens
 */
public record PictureRef(int index, TokenGrid grid) {}
