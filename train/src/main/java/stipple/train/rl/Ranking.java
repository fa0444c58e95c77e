package stipple.train.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Ranks the pictures of a prompt and chooses which of them are compared. */
final class Ranking {
    private Ranking() {}

    /**
     * Two pictures by their index in the group.
     *
     * @param winner from the top
     * @param loser from the rest, with a lower score
     */
    record Pair(int winner, int loser) {}

    /**
     * Pairs by chance: winners from the top, losers from the rest.
     *
     * @param scores of the group
     * @param top how many pictures are the top
     * @param most pairs at most
     * @param apart a pair whose scores lie no farther apart says nothing and is left out
     */
    static List<Pair> pairs(double[] scores, int top, int most, double apart, long seed) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, scores.length).boxed().toList());
        order.sort(Comparator.comparingDouble(i -> -scores[i]));
        Random random = new Random(seed);
        List<Integer> winners = new ArrayList<>(order.subList(0, top));
        List<Integer> losers = new ArrayList<>(order.subList(top, order.size()));
        Collections.shuffle(winners, random);
        Collections.shuffle(losers, random);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < Math.min(most, losers.size()); i++) {
            if (scores[winners.get(i)] - scores[losers.get(i)] > apart) {
                pairs.add(new Pair(winners.get(i), losers.get(i)));
            }
        }
        return pairs;
    }

    static double best(double[] scores) {
        return Arrays.stream(scores).max().orElseThrow();
    }

    static double mean(double[] scores) {
        return Arrays.stream(scores).average().orElseThrow();
    }
}
