package stipple.eval.ocr;

import stipple.data.pixels.Pixels;

/**
 * Tells how well a picture shows a text, as a reward.
 *
 * @param reader reads the pictures
 */
public record OcrScorer(TextReader reader) {
    /** 1 if the picture says exactly the text, less for each letter that is wrong, 0 if it says nothing of it. */
    public double score(Pixels picture, String wanted) {
        return TextMatch.of(wanted, reader.read(picture)).score();
    }
}
