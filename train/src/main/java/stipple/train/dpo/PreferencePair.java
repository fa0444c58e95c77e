package stipple.train.dpo;

/**
 * A picture that is to be likelier than another: two pictures of one prompt, or one picture under a prompt that it fits and
 * under one that it does not, as in condition contrastive alignment (arXiv 2410.09347).
 *
 * @param prompt what the winner is to show
 * @param winner the better picture, a path below the folder of the pairs
 * @param loser the other, which may be the same picture
 * @param loserPrompt the prompt that the loser is compared under, most often the same
 */
public record PreferencePair(String prompt, String winner, String loser, String loserPrompt) {
    /** Two pictures of one prompt. */
    public PreferencePair(String prompt, String winner, String loser) {
        this(prompt, winner, loser, prompt);
    }

    /** Whether both sides are the same, so that nothing is compared. */
    boolean empty() {
        return winner.equals(loser) && prompt.equals(loserPrompt);
    }
}
