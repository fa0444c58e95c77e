package stipple.eval.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stipple.eval.stats.Bootstrap;
import stipple.torch.UserException;

/**
 * One run of a suite and one or more later ones on the same prompts and seeds, such as those of models trained by one recipe
 * with several seeds, compared picture by picture. Intervals are bootstraps over prompts, of which all pictures of all runs stay
 * together; they tell what other prompts would give, not what another training would, which the single runs tell.
 *
 * @param first the earlier run
 * @param later the others
 * @param changes how the later runs differ: correct pictures, win rate, then each mark; by class, the overall one first
 * @param lacking marks that only some of the runs have
 * @param better pictures of later runs that are right and were wrong in the first
 * @param worse the other way round
 */
public record RunComparison(
        EvalReport first, List<EvalReport> later, List<Change> changes, Set<String> lacking, int better, int worse) {
    private static final double EVEN = 0.5;

    /** What is measured of a pair of pictures, and its value where both are alike. */
    private record Measure(String name, String unit, double neutral, ToDoubleBiFunction<Item, Item> of) {}

    /**
     * Compares.
     *
     * @throws UserException if the runs are not of the same suite, prompts, seeds and judges
     */
    public static RunComparison of(EvalReport first, List<EvalReport> later) {
        List<Map<String, Item>> others = later.stream().map(EvalReport::byKey).toList();
        for (int i = 0; i < later.size(); i++) {
            requireComparable(first, later.get(i), others.get(i));
        }
        List<Measure> measures = new ArrayList<>();
        measures.add(new Measure(Change.CORRECT, Figure.SHARE, 0, (a, b) -> right(b) - right(a)));
        measures.add(new Measure(
                Change.WINS, Figure.SHARE, EVEN, (a, b) -> EVEN * (1 + Math.signum(b.score() - a.score()))));
        List<EvalReport> all = Stream.concat(Stream.of(first), later.stream()).toList();
        Set<String> lacking = new LinkedHashSet<>();
        for (String mark : marks(all)) {
            if (all.stream()
                    .flatMap(run -> run.items().stream())
                    .allMatch(i -> i.marks().containsKey(mark))) {
                measures.add(new Measure(
                        mark,
                        Mark.unit(mark),
                        0,
                        (a, b) -> b.marks().get(mark) - a.marks().get(mark)));
            } else {
                lacking.add(mark);
            }
        }
        List<Change> changes = measures.stream()
                .flatMap(m -> changes(m, first, others).stream())
                .toList();
        int better = 0;
        int worse = 0;
        for (Item item : first.items()) {
            for (Map<String, Item> other : others) {
                double change = right(other.get(item.key())) - right(item);
                better += change > 0 ? 1 : 0;
                worse += change < 0 ? 1 : 0;
            }
        }
        return new RunComparison(first, later, changes, lacking, better, worse);
    }

    /** The line of a name, as {@link Change#name} gives it. */
    public Change change(String name) {
        return changes.stream()
                .filter(change -> change.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Nothing is called " + name));
    }

    private static void requireComparable(EvalReport first, EvalReport second, Map<String, Item> others) {
        if (!first.suite().equals(second.suite())) {
            throw new UserException(
                    "Only runs of one suite can be compared, given " + first.suite() + " and " + second.suite());
        }
        long common =
                first.items().stream().filter(i -> others.containsKey(i.key())).count();
        if (common == 0 || common != first.items().size() || common != others.size()) {
            throw new UserException("The runs do not have the same prompts and seeds: " + common + " in common of "
                    + first.items().size() + " and " + others.size());
        }
        for (String judge : EvalReport.JUDGES) {
            String one = first.settings().get(judge);
            String two = second.settings().get(judge);
            if (!Objects.equals(one, two)) {
                throw new UserException(
                        "The runs have different judges (" + judge + ": "
                                + Objects.requireNonNullElse(one, "not told") + " and "
                                + Objects.requireNonNullElse(two, "not told")
                                + "); run the suite again in the folder of one with the judge of the other, its pictures are kept");
            }
        }
    }

    private static Set<String> marks(List<EvalReport> runs) {
        return runs.stream()
                .flatMap(run -> run.items().stream())
                .flatMap(item -> item.marks().keySet().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<Change> changes(Measure measure, EvalReport first, List<Map<String, Item>> later) {
        Map<String, Map<String, List<Item>>> own = first.byGroup();
        Map<String, List<Collection<List<Item>>>> groups = new LinkedHashMap<>();
        if (own.size() > 1) {
            groups.put(Scores.OVERALL, own.values().stream().map(Map::values).toList());
        }
        own.forEach((group, prompts) -> groups.put(group, List.of(prompts.values())));
        List<Change> changes = new ArrayList<>();
        groups.forEach((group, classes) -> changes.add(new Change(
                measure.name(),
                group,
                measure.unit(),
                later.stream()
                        .map(run -> Bootstrap.mean(values(measure, classes, List.of(run))))
                        .toList(),
                Bootstrap.paired(values(measure, classes, later), measure.neutral()))));
        return changes;
    }

    /** For each class its prompts, for each prompt the pictures of all runs. */
    private static List<double[][]> values(
            Measure measure, List<Collection<List<Item>>> classes, List<Map<String, Item>> later) {
        return classes.stream()
                .map(prompts -> prompts.stream()
                        .map(items -> later.stream()
                                .flatMapToDouble(run -> items.stream()
                                        .mapToDouble(item -> measure.of().applyAsDouble(item, run.get(item.key()))))
                                .toArray())
                        .toArray(double[][]::new))
                .toList();
    }

    private static double right(Item item) {
        return Mark.of(item.correct());
    }
}
