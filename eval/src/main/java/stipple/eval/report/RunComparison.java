package stipple.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.eval.stats.Bootstrap;
import stipple.torch.UserException;

/**
 * Two runs of a suite on the same prompts and seeds, compared picture by picture.
 *
 * @param first the earlier run
 * @param second the other
 * @param differences by class, the overall one first
 * @param better pictures that only the second has right
 * @param worse pictures that only the first has right
 */
public record RunComparison(
        EvalReport first, EvalReport second, Map<String, Bootstrap.Difference> differences, int better, int worse) {
    /**
     * Compares.
     *
     * @throws UserException if the runs are not of the same suite, prompts and seeds
     */
    public static RunComparison of(EvalReport first, EvalReport second) {
        if (!first.suite().equals(second.suite())) {
            throw new UserException(
                    "Only runs of one suite can be compared, given " + first.suite() + " and " + second.suite());
        }
        Map<String, Item> others = second.items().stream().collect(Collectors.toMap(Item::key, i -> i));
        if (first.items().isEmpty()
                || others.size() != first.items().size()
                || !first.items().stream().allMatch(i -> others.containsKey(i.key()))) {
            long common = first.items().stream()
                    .filter(i -> others.containsKey(i.key()))
                    .count();
            throw new UserException("The runs do not have the same prompts and seeds: " + common + " in common of "
                    + first.items().size() + " and " + second.items().size());
        }
        int better = 0;
        int worse = 0;
        for (Item item : first.items()) {
            boolean now = others.get(item.key()).correct();
            better += now && !item.correct() ? 1 : 0;
            worse += !now && item.correct() ? 1 : 0;
        }
        return new RunComparison(first, second, differences(first, others), better, worse);
    }

    private static Map<String, Bootstrap.Difference> differences(EvalReport first, Map<String, Item> others) {
        Map<String, double[][]> classes = new LinkedHashMap<>();
        first.byGroup()
                .forEach((group, prompts) -> classes.put(
                        group,
                        prompts.values().stream()
                                .map(items -> items.stream()
                                        .mapToDouble(i -> value(others.get(i.key())) - value(i))
                                        .toArray())
                                .toArray(double[][]::new)));
        Map<String, Bootstrap.Difference> all = new LinkedHashMap<>();
        if (classes.size() > 1) {
            all.put(Scores.OVERALL, Bootstrap.paired(new ArrayList<>(classes.values())));
        }
        classes.forEach((group, prompts) -> all.put(group, Bootstrap.paired(List.<double[][]>of(prompts))));
        return all;
    }

    private static double value(Item item) {
        return item.correct() ? 1 : 0;
    }
}
