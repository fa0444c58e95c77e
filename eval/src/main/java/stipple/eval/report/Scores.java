package stipple.eval.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.eval.stats.Bootstrap;
import stipple.eval.stats.Interval;
import stipple.eval.stats.Wilson;

/** Shares of correct pictures: the unweighted mean over the classes first, then each class. */
public final class Scores {
    /** Name of the mean over classes. */
    public static final String OVERALL = "overall";

    private Scores() {}

    /** The scores of the pictures. */
    public static List<Figure> of(List<Item> items) {
        Map<String, Map<String, List<Item>>> groups =
                new EvalReport("", "", Map.of(), List.of(), List.of(), items).byGroup();
        Map<String, double[][]> values = new LinkedHashMap<>();
        groups.forEach((group, prompts) -> values.put(group, correct(prompts.values())));
        List<double[][]> classes = List.copyOf(values.values());
        List<Figure> figures = new ArrayList<>();
        if (classes.size() > 1) {
            figures.add(new Figure(OVERALL, Bootstrap.mean(classes), interval(classes), items.size()));
        }
        values.forEach((group, prompts) -> figures.add(share(group, prompts)));
        return figures;
    }

    /**
     * A share of pictures, of which those of a prompt stand in one row.
     *
     * @param prompts 1 for a picture that counts, 0 for another
     */
    public static Figure share(String name, double[][] prompts) {
        return new Figure(
                name, Bootstrap.mean(List.<double[][]>of(prompts)), Wilson.clustered(prompts), pictures(prompts));
    }

    /**
     * A mean of values between 0 and 1 over pictures, of which those of a prompt stand in one row; its interval is a bootstrap
     * over prompts.
     */
    public static Figure mean(String name, double[][] prompts) {
        List<double[][]> all = List.<double[][]>of(prompts);
        return new Figure(name, Bootstrap.mean(all), interval(all), pictures(prompts));
    }

    /**
     * Where a mean of values between 0 and 1 lies: a bootstrap, but where all pictures are alike, right or wrong, resampling
     * them says nothing of others, and what their number alone says is taken.
     */
    private static Interval interval(List<double[][]> classes) {
        double[] all = classes.stream()
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .toArray();
        double sum = Arrays.stream(all).sum();
        return sum == 0 || sum == all.length ? Wilson.of(sum, all.length) : Bootstrap.overall(classes);
    }

    private static int pictures(double[][] prompts) {
        return Arrays.stream(prompts).mapToInt(prompt -> prompt.length).sum();
    }

    private static double[][] correct(Collection<List<Item>> prompts) {
        return prompts.stream()
                .map(items ->
                        items.stream().mapToDouble(i -> Mark.of(i.correct())).toArray())
                .toArray(double[][]::new);
    }
}
