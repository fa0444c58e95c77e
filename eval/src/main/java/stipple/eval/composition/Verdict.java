package stipple.eval.composition;

import java.util.List;

/**
 * What the judge says of a picture.
 *
 * @param correct whether it shows what was asked for and nothing else
 * @param score how near it comes, 0 to 1: the share of the demands that are met; 1 exactly if it is correct
 * @param faults in a few words each, none if it is correct
 * @param found everything on the picture
 */
public record Verdict(boolean correct, double score, List<String> faults, Detected found) {
    /** Copies the list. */
    public Verdict {
        faults = List.copyOf(faults);
    }

    /** The verdict as a line. */
    public String words() {
        return correct ? found.words() : String.join("; ", faults) + " (found " + found.words() + ")";
    }
}
