package stipple.model.load;

import java.nio.file.Path;
import java.util.List;
import stipple.torch.UserException;

/**
 * A checkpoint in a weighted sum.
 *
 * @param folder of the checkpoint
 * @param weight of its tensors, may be negative
 */
public record MergePart(Path folder, double weight) {
    private static final double SLACK = 1e-6;

    /**
     * Reads {@code DIR:WEIGHT} several times, or {@code DIR} several times for the plain average.
     *
     * @throws UserException if there are fewer than two, if some have a weight and some have not, if a weight is no number, or if
     *     they do not add up to 1
     */
    public static List<MergePart> parse(List<String> texts) {
        if (texts.size() < 2) {
            throw new UserException("To merge takes two checkpoints or more, got " + texts.size());
        }
        long weighted = texts.stream().filter(text -> colon(text) >= 0).count();
        if (weighted != 0 && weighted != texts.size()) {
            throw new UserException(
                    "Give every checkpoint a weight, as in runs/a/model:0.5, or none for their average; got "
                            + String.join(" ", texts));
        }
        List<MergePart> parts =
                texts.stream().map(text -> part(text, 1.0 / texts.size())).toList();
        double sum = parts.stream().mapToDouble(MergePart::weight).sum();
        if (!(Math.abs(sum - 1) < SLACK)) {
            throw new UserException(
                    "The weights must add up to 1, as in a:0.5 b:0.5 or a:1 tuned:1 base:-1; they add up to " + sum);
        }
        return parts;
    }

    private static MergePart part(String text, double average) {
        int colon = colon(text);
        if (colon < 0) {
            return new MergePart(Path.of(text), average);
        }
        try {
            return new MergePart(Path.of(text.substring(0, colon)), Double.parseDouble(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new UserException(
                    "A checkpoint to merge is given as DIR or DIR:WEIGHT, for example runs/a/model:0.5; got '" + text
                            + "'",
                    e);
        }
    }

    private static int colon(String text) {
        int colon = text.lastIndexOf(':');
        return colon < 0 || text.substring(colon).contains("/") ? -1 : colon;
    }
}
