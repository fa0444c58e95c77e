package stipple.model.generate;

import stipple.model.image.PixelImage;

/** What happens while a request is drawn, in order. */
public sealed interface GenerationEvent {
    /**
     * A picture begins: its prompt has been read.
     *
     * @param picture index in the request
     * @param promptTokens tokens of the longest row
     * @param imageTokens tokens the picture will have
     */
    record PromptReady(int picture, int promptTokens, int imageTokens) implements GenerationEvent {}

    /**
     * A row of tokens is complete.
     *
     * @param picture index in the request
     * @param row rows drawn
     * @param rows rows of the picture
     * @param tokens tokens drawn of all pictures of the request
     * @param totalTokens tokens of all pictures of the request
     */
    record RowDrawn(int picture, int row, int rows, int tokens, int totalTokens) implements GenerationEvent {}

    /**
     * The rows drawn so far, decoded; the rest is grey.
     *
     * @param picture index in the request
     * @param row rows drawn
     * @param image what is there
     */
    record PartialPicture(int picture, int row, PixelImage image) implements GenerationEvent {}

    /**
     * A picture is complete.
     *
     * @param picture index in the request
     * @param seed its own seed
     * @param image its pixels
     */
    record PictureFinished(int picture, long seed, PixelImage image) implements GenerationEvent {}
}
