package stipple.model.agreement;

import java.util.List;

/**
 * Finding the caption of a picture among those of others. Pictures are dealt into groups of {@value #GROUP}; a picture's rank
 * is the number of captions of its group that suit it better than its own. Captions of equal words are one caption.
 */
public final class Retrieval {
    /** Captions that a picture can choose from. */
    public static final int GROUP = 100;

    private Retrieval() {}

    /**
     * The ranks within one group.
     *
     * @param products {@code [pictures][captions]}, the picture's own caption at its own index
     * @param captions of the pictures
     * @return for each picture 0 if its own caption is the best
     */
    public static int[] ranks(float[][] products, List<String> captions) {
        int[] ranks = new int[products.length];
        for (int i = 0; i < products.length; i++) {
            ranks[i] = rank(products[i], captions, i);
        }
        return ranks;
    }

    /**
     * The rank of one picture's own caption.
     *
     * @param products of the picture with all captions
     * @param own index of its own
     */
    public static int rank(float[] products, List<String> captions, int own) {
        int rank = 0;
        for (int j = 0; j < products.length; j++) {
            boolean other = !captions.get(j).equals(captions.get(own));
            // What cannot be compared counts as better than its own.
            rank += other && !(products[j] < products[own]) ? 1 : 0;
        }
        return rank;
    }

    /** The share of ranks below a number: retrieval at 1, at 5. */
    public static double at(int number, int[] ranks) {
        int found = 0;
        for (int rank : ranks) {
            found += rank < number ? 1 : 0;
        }
        return (double) found / ranks.length;
    }
}
