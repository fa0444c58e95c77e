package stipple.eval.stats;

/** Intervals of shares (Wilson, "Probable inference", 1927): sound for few pictures and near 0 and 1, where the usual ones are not. */
public final class Wilson {
    /** The 97.5 % point of the normal distribution. */
    static final double Z = 1.959963984540054;

    private Wilson() {}

    /** The interval of a share of independent trials. */
    public static Interval of(double successes, double trials) {
        if (!(trials > 0 && successes >= 0 && successes <= trials)) {
            throw new IllegalArgumentException(successes + " successes of " + trials + " trials");
        }
        double share = successes / trials;
        double z2 = Z * Z;
        double centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
        double half = Z / (1 + z2 / trials) * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials));
        return new Interval(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    /**
     * The interval of a share of pictures of which several have the same prompt. Such pictures succeed and fail together, so
     * they count as fewer: their number is divided by the design effect {@code 1 + (m - 1) rho} (Kish 1965), with {@code
     * rho} the correlation within a prompt as analysis of variance estimates it.
     *
     * @param prompts the pictures of each prompt, 1 for a success
     */
    public static Interval clustered(double[][] prompts) {
        double successes = 0;
        double trials = 0;
        for (double[] prompt : prompts) {
            for (double value : prompt) {
                successes += value;
                trials++;
            }
        }
        double effect = Math.max(1, 1 + (trials / prompts.length - 1) * correlation(prompts, successes / trials));
        return of(successes / effect, trials / effect);
    }

    /** The intraclass correlation, at least 0; 0 too where there is nothing to tell it from. */
    static double correlation(double[][] groups, double mean) {
        double between = 0;
        double within = 0;
        double all = 0;
        double squares = 0;
        for (double[] group : groups) {
            double sum = 0;
            for (double value : group) {
                sum += value;
            }
            double own = sum / group.length;
            between += group.length * (own - mean) * (own - mean);
            for (double value : group) {
                within += (value - own) * (value - own);
            }
            all += group.length;
            squares += (double) group.length * group.length;
        }
        if (groups.length < 2 || all <= groups.length) {
            return 0;
        }
        double meanBetween = between / (groups.length - 1);
        double meanWithin = within / (all - groups.length);
        double size = (all - squares / all) / (groups.length - 1);
        double spread = meanBetween + (size - 1) * meanWithin;
        return spread == 0 ? 0 : Math.clamp((meanBetween - meanWithin) / spread, 0, 1);
    }
}
