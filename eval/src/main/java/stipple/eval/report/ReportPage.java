package stipple.eval.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.eval.stats.Bootstrap;
import stipple.model.files.AtomicFile;
import stipple.model.files.HtmlText;
import stipple.torch.UserException;

/**
 * A report as one HTML page that needs nothing else: scores with intervals, how far the judge can be trusted, settings, and
 * every picture with its prompt, seed and verdict. The page of a comparison shows the pictures of both runs side by side.
 */
public final class ReportPage {
    /** Name of the page in a run's folder. */
    public static final String FILE = "report.html";

    /** Where the header of a PNG file says how large the picture is. */
    private static final int PNG_WIDTH = 16;

    private static final int PNG_HEIGHT = 20;
    private static final int MOST_COLUMNS = 4;
    private static final String STYLE = """
            :root{color-scheme:light dark;--line:#8884;--one:#3b7ddd;--two:#e08a2e;--three:#5a9e4b;--four:#a35fc0}
            body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}
            table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .9rem;border-bottom:1px solid var(--line);
            text-align:right}td:first-child,th:first-child{text-align:left}
            svg{max-width:860px;width:100%}svg text{font-size:11px;fill:currentColor}.grid{stroke:var(--line)}
            .run0{fill:var(--one)}.run1{fill:var(--two)}.run2{fill:var(--three)}.run3{fill:var(--four)}.range{stroke:currentColor;fill:none}
            .cells{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px}
            figure{margin:0;border-left:4px solid #c33;padding-left:8px;font-size:12px}figure.right{border-color:#2a2}
            figure.pair{border-color:var(--line)}figure.chart{border:0;padding:0}.chart span{white-space:nowrap}
            .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(420px,100%),1fr));gap:12px}
            polyline{fill:none;stroke-width:1.8}.dashed{stroke-dasharray:6 3}.line0{stroke:var(--one);color:var(--one)}
            .line1{stroke:var(--two);color:var(--two)}.line2{stroke:var(--three);color:var(--three)}
            .line3{stroke:var(--four);color:var(--four)}span.dashed{border-bottom:1px dashed}
            figure .two{display:flex;gap:6px}img{width:100%;image-rendering:auto;background:#fff}
            .two>div{flex:1}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dd{margin:0}
            b.bad{color:#c33}b.good{color:#2a2}
            """;

    private final StringBuilder out = new StringBuilder();

    private ReportPage() {}

    /**
     * Writes the page of a run.
     *
     * @param folder where its pictures lie
     */
    public static void write(Path target, EvalReport report, Path folder) {
        ReportPage page = new ReportPage();
        page.head(report.suite() + " of " + report.model());
        page.scores(List.of(report));
        page.charts(report, "Along the sequence");
        page.judge(report);
        report.confusions().forEach(page::confusion);
        page.settings(report);
        report.byGroup().forEach((group, prompts) -> {
            page.add("<h2>").text(group).add("</h2><div class=\"cells\">");
            prompts.values().forEach(items -> items.forEach(item -> page.cell(item, folder)));
            page.add("</div>");
        });
        page.save(target);
    }

    /**
     * Writes the page of a comparison.
     *
     * @param laterFolders where the pictures of the later runs lie
     */
    public static void write(Path target, RunComparison comparison, Path firstFolder, List<Path> laterFolders) {
        EvalReport first = comparison.first();
        List<EvalReport> runs = new ArrayList<>(List.of(first));
        runs.addAll(comparison.later());
        List<Path> folders = new ArrayList<>(List.of(firstFolder));
        folders.addAll(laterFolders);
        ReportPage page = new ReportPage();
        page.head(first.suite() + ": " + runs.stream().map(EvalReport::model).collect(Collectors.joining(", ")));
        page.scores(runs);
        page.differences(comparison);
        runs.forEach(run -> page.charts(run, "Along the sequence: " + run.model()));
        runs.forEach(page::settings);
        List<Map<String, Item>> items = runs.stream().map(EvalReport::byKey).toList();
        first.byGroup().forEach((group, prompts) -> {
            page.add("<h2>").text(group).add("</h2><div class=\"cells\">");
            prompts.values().forEach(own -> own.forEach(item -> page.beside(item.key(), items, folders)));
            page.add("</div>");
        });
        page.save(target);
    }

    private void head(String title) {
        add("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        add("<meta name=\"viewport\" content=\"width=device-width\"><title>").text(title);
        add("</title><style>").add(STYLE).add("</style><h1>").text(title).add("</h1>");
    }

    private void scores(List<EvalReport> runs) {
        List<List<Figure>> figures = runs.stream().map(EvalReport::figures).toList();
        add("<table><tr><th>score, %</th>");
        runs.forEach(run -> add("<th>").text(run.model()).add("</th><th>95 %</th><th>pictures</th>"));
        add("</tr>");
        for (String name : Figure.names(figures)) {
            add("<tr><td>").text(name).add("</td>");
            for (List<Figure> run : figures) {
                Figure figure = Figure.named(name, run);
                if (figure == null) {
                    add("<td></td><td></td><td></td>");
                } else {
                    number(figure);
                }
            }
            add("</tr>");
        }
        add("</table>").add(BarChart.of(figures));
    }

    private void number(Figure figure) {
        add("<td>").text(figure.words(figure.value())).add("</td><td>");
        if (figure.interval() != null) {
            text(figure.words(figure.interval().low()))
                    .add(" – ")
                    .text(figure.words(figure.interval().high()));
        }
        add("</td><td>" + figure.count() + "</td>");
    }

    private void charts(EvalReport report, String title) {
        if (!report.charts().isEmpty()) {
            add("<h2>").text(title).add("</h2><div class=\"charts\">");
            report.charts().forEach(chart -> add(chart.html()));
            add("</div>");
        }
    }

    private void judge(EvalReport report) {
        if (report.judge().isEmpty()) {
            return;
        }
        add(
                "<h2>The judge on known pictures</h2><table><tr><th></th><th>right, %</th><th>95 %</th><th>pictures</th></tr>");
        report.judge().forEach(figure -> {
            add("<tr><td>").text(figure.name()).add("</td>");
            number(figure);
            add("</tr>");
        });
        add("</table>");
    }

    private void confusion(Confusion confusion) {
        add("<h3>").text(confusion.name()).add("</h3><table><tr><th></th>");
        confusion.labels().forEach(label -> add("<th>").text(label).add("</th>"));
        add("</tr>");
        for (int row = 0; row < confusion.labels().size(); row++) {
            add("<tr><td>").text(confusion.labels().get(row)).add("</td>");
            for (int column = 0; column < confusion.labels().size(); column++) {
                String count = String.valueOf(confusion.counts().get(row).get(column));
                add("<td>" + (row == column ? "<b class=\"good\">" + count + "</b>" : count) + "</td>");
            }
            add("</tr>");
        }
        add("</table>");
    }

    private void differences(RunComparison comparison) {
        int runs = comparison.later().size();
        add("<h2>Differences</h2><table><tr><th>later minus first, points</th><th>" + (runs > 1 ? "mean" : "")
                + "</th><th>95 %</th><th>p</th>");
        for (int run = 1; runs > 1 && run <= runs; run++) {
            add("<th>run " + run + "</th>");
        }
        add("</tr>");
        for (Change change : comparison.changes()) {
            Bootstrap.Difference mean = change.mean();
            String style = !mean.isClear() ? "" : mean.value() > mean.neutral() ? "good" : "bad";
            add("<tr><td>").text(change.name()).add("</td><td><b class=\"" + style + "\">");
            add(change.words(mean.value())).add("</b></td><td>");
            add(change.words(mean.interval().low()) + " – "
                    + change.words(mean.interval().high()));
            add(String.format(Locale.ROOT, "</td><td>%.3f</td>", mean.p()));
            for (double one : runs > 1 ? change.runs() : List.<Double>of()) {
                add("<td>" + change.words(one) + "</td>");
            }
            add("</tr>");
        }
        add("</table><p>" + comparison.better() + " pictures became right, " + comparison.worse() + " wrong.</p>");
    }

    private void settings(EvalReport report) {
        add("<details><summary>settings of ").text(report.model()).add("</summary><dl>");
        report.settings()
                .forEach((name, value) ->
                        add("<dt>").text(name).add("</dt><dd>").text(value).add("</dd>"));
        add("</dl></details>");
    }

    private void cell(Item item, Path folder) {
        byte[] picture = read(item, folder);
        add("<figure class=\"" + (item.correct() ? "right" : "wrong") + "\" style=\"grid-column:span "
                        + columns(picture) + "\">")
                .picture(item, picture);
        caption(item).add("<br>").text(item.verdict()).add("</figcaption></figure>");
    }

    private void beside(String key, List<Map<String, Item>> runs, List<Path> folders) {
        add("<figure class=\"pair\" style=\"grid-column:span " + Math.min(runs.size(), MOST_COLUMNS)
                + "\"><div class=\"two\">");
        for (int run = 0; run < runs.size(); run++) {
            half(runs.get(run).get(key), folders.get(run));
        }
        add("</div>");
        caption(runs.getFirst().get(key)).add("</figcaption></figure>");
    }

    private void half(Item item, Path folder) {
        add("<div><figure class=\"" + (item.correct() ? "right" : "wrong") + "\">")
                .picture(item, read(item, folder));
        text(item.verdict()).add("</figure></div>");
    }

    private ReportPage caption(Item item) {
        return add("<figcaption><strong>").text(item.prompt()).add("</strong>, seed " + item.seed());
    }

    /** Pictures side by side in one file get as many columns as they are wider than high. */
    private static int columns(byte[] png) {
        ByteBuffer header = ByteBuffer.wrap(png);
        boolean known = png.length > PNG_HEIGHT + Integer.BYTES;
        return known
                ? Math.clamp(header.getInt(PNG_WIDTH) / Math.max(1, header.getInt(PNG_HEIGHT)), 1, MOST_COLUMNS)
                : 1;
    }

    private void picture(Item item, byte[] png) {
        add("<img loading=\"lazy\" alt=\"").text(item.prompt());
        add("\" src=\"data:image/png;base64,")
                .add(Base64.getEncoder().encodeToString(png))
                .add("\">");
    }

    private static byte[] read(Item item, Path folder) {
        Path file = folder.resolve(item.picture()).normalize();
        // A report may come from somebody else: it names pictures of its own folder and nothing besides.
        if (!file.startsWith(folder.normalize())) {
            throw new UserException("The report names " + item.picture() + ", which lies outside its folder");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private ReportPage add(String markup) {
        out.append(markup);
        return this;
    }

    private ReportPage text(String raw) {
        return add(HtmlText.of(raw));
    }

    private void save(Path target) {
        AtomicFile.write(target, out.append("</html>\n").toString().getBytes(StandardCharsets.UTF_8));
    }
}
