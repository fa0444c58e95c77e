package stipple.train.dpo;

/**
 * Two pictures of one prompt.
 *
 * @param prompt what both were to show
 * @param winner the better picture, a path below the folder of the pairs
 * @param loser the other
 */
public record PreferencePair(String prompt, String winner, String loser) {}
