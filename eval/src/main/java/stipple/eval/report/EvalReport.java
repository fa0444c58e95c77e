package stipple.eval.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything that a suite found out about a model.
 *
 * @param schema format of the file
 * @param suite name of the suite
 * @param model name of the model
 * @param settings what else decides the result, by name
 * @param figures the scores, the overall one first
 * @param judge how far the judge itself can be trusted, on known pictures
 * @param items the pictures
 * @param confusions which answers a judge gave for which truth, where it tells one of several kinds
 * @param charts what moves along a sequence
 */
public record EvalReport(
        int schema,
        String suite,
        String model,
        Map<String, String> settings,
        List<Figure> figures,
        List<Figure> judge,
        List<Item> items,
        List<Confusion> confusions,
        List<LineChart> charts) {
    /** The format this version writes. */
    public static final int SCHEMA = 1;

    /** Name of the file in a run's folder. */
    public static final String FILE = "report.json";

    /** The setting that names the judge, by its weights where it has some. */
    public static final String JUDGE = "judge";

    /** The setting that names the judge of style. */
    public static final String STYLE_JUDGE = "style_judge";

    /** Settings in which runs that are compared must not differ. */
    static final List<String> JUDGES = List.of(JUDGE, STYLE_JUDGE);

    /** Copies the lists; the settings keep their order. Reports of older versions have no confusions and charts. */
    public EvalReport {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        figures = List.copyOf(figures);
        judge = List.copyOf(judge);
        items = List.copyOf(items);
        confusions = confusions == null ? List.of() : List.copyOf(confusions);
        charts = charts == null ? List.of() : List.copyOf(charts);
    }

    /** A report of this format whose judges say right or wrong and nothing else. */
    public EvalReport(
            String suite,
            String model,
            Map<String, String> settings,
            List<Figure> figures,
            List<Figure> judge,
            List<Item> items) {
        this(SCHEMA, suite, model, settings, figures, judge, items, List.of(), List.of());
    }

    /** The same with tables of answers. */
    public EvalReport withConfusions(List<Confusion> tables) {
        return new EvalReport(schema, suite, model, settings, figures, judge, items, tables, charts);
    }

    /** The same with charts. */
    public EvalReport withCharts(List<LineChart> lines) {
        return new EvalReport(schema, suite, model, settings, figures, judge, items, confusions, lines);
    }

    /** The pictures' verdicts by what they have in common with those of other runs. */
    Map<String, Item> byKey() {
        return items.stream().collect(Collectors.toMap(Item::key, Function.identity()));
    }

    /** The pictures' verdicts by class, and within it by prompt, in the order of the report. */
    Map<String, Map<String, List<Item>>> byGroup() {
        Map<String, Map<String, List<Item>>> groups = new LinkedHashMap<>();
        for (Item item : items) {
            groups.computeIfAbsent(item.group(), g -> new LinkedHashMap<>())
                    .computeIfAbsent(item.id(), p -> new ArrayList<>())
                    .add(item);
        }
        return groups;
    }
}
