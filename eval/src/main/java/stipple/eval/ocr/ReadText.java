package stipple.eval.ocr;

/**
 * A line of text on a picture.
 *
 * @param text what it says
 * @param confidence 0 to 1
 * @param box where it stands
 */
public record ReadText(String text, double confidence, TextBox box) {}
