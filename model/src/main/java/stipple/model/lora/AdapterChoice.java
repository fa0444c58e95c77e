package stipple.model.lora;

import java.nio.file.Path;
import stipple.torch.UserException;

/**
 * An adapter to draw with.
 *
 * @param folder in the layout of PEFT
 * @param scale its strength; 1 is as it was trained
 */
public record AdapterChoice(Path folder, double scale) {
    /** Checks the range. */
    public AdapterChoice {
        if (!Double.isFinite(scale)) {
            throw new UserException("The scale of an adapter must be a number, got " + scale);
        }
    }

    /**
     * Reads {@code DIR} or {@code DIR:SCALE}.
     *
     * @throws UserException if the scale is no number
     */
    public static AdapterChoice parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.substring(colon).contains("/")) {
            return new AdapterChoice(Path.of(text), 1);
        }
        try {
            return new AdapterChoice(Path.of(text.substring(0, colon)), Double.parseDouble(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new UserException(
                    "An adapter is given as DIR or DIR:SCALE, for example runs/edits/model:0.8; got '" + text + "'", e);
        }
    }
}
