package stipple.train.pipeline;

import java.util.SplittableRandom;
import stipple.torch.UserException;
import stipple.train.data.Seeds;

/**
 * Which part of a mixture each row comes from. The stream is cut into blocks of {@value #BLOCK} rows; a block holds every
 * part as often as its weight asks, in an order of its own. So ratios hold exactly over blocks, and the number of rows
 * that a part gave before some position is known without looking at them. Safe for use by many threads.
 */
public final class Mixture {
    /** Rows in which the ratios hold exactly. */
    public static final int BLOCK = 1000;

    private final long seed;
    private final int[] quotas;
    private volatile Block latest;

    /**
     * A row's origin.
     *
     * @param part index of the part
     * @param position how many rows the part gave before
     */
    public record Pick(int part, long position) {}

    /** The parts of one block and, for each row, how many of its part came before it in the block. */
    private record Block(long number, int[] parts, int[] ranks) {}

    /**
     * A mixture.
     *
     * @param weights relative shares, all above 0
     * @throws UserException if a share is below half a row in {@value #BLOCK}
     */
    public Mixture(long seed, double... weights) {
        this.seed = seed;
        this.quotas = quotas(weights);
    }

    /** Largest remainders: quotas add up to a block and differ from the exact shares by less than one. */
    private static int[] quotas(double[] weights) {
        double total = 0;
        for (double weight : weights) {
            if (!(weight > 0)) {
                throw new UserException("Recipe: the weight of a part of the mixture must be above 0, got " + weight);
            }
            total += weight;
        }
        int[] quotas = new int[weights.length];
        double[] remainders = new double[weights.length];
        int given = 0;
        for (int i = 0; i < weights.length; i++) {
            double exact = weights[i] / total * BLOCK;
            quotas[i] = (int) exact;
            remainders[i] = exact - quotas[i];
            given += quotas[i];
        }
        for (; given < BLOCK; given++) {
            int best = 0;
            for (int i = 1; i < remainders.length; i++) {
                best = remainders[i] > remainders[best] ? i : best;
            }
            quotas[best]++;
            remainders[best] = -1;
        }
        for (int i = 0; i < quotas.length; i++) {
            if (quotas[i] == 0) {
                throw new UserException("Recipe: the weight " + weights[i] + " is less than one row in " + BLOCK
                        + "; raise it or leave the part out");
            }
        }
        return quotas;
    }

    /** The origin of the row at a position of the stream. */
    public Pick at(long position) {
        long number = position / BLOCK;
        Block block = latest;
        if (block == null || block.number() != number) {
            block = block(number);
            latest = block;
        }
        int i = (int) (position % BLOCK);
        int part = block.parts()[i];
        return new Pick(part, number * quotas[part] + block.ranks()[i]);
    }

    private Block block(long number) {
        int[] parts = new int[BLOCK];
        int at = 0;
        for (int part = 0; part < quotas.length; part++) {
            for (int i = 0; i < quotas[part]; i++) {
                parts[at++] = part;
            }
        }
        SplittableRandom random = new SplittableRandom(Seeds.mix(seed, number));
        for (int i = BLOCK - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int held = parts[i];
            parts[i] = parts[j];
            parts[j] = held;
        }
        int[] seen = new int[quotas.length];
        int[] ranks = new int[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            ranks[i] = seen[parts[i]]++;
        }
        return new Block(number, parts, ranks);
    }
}
