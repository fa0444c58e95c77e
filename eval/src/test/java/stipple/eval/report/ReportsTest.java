package stipple.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.eval.stats.Bootstrap;
import stipple.torch.UserException;

class ReportsTest {
    @TempDir
    Path dir;

    /** Two classes of {@code prompts} prompts with two seeds; those below {@code right} are correct. */
    private static EvalReport report(String model, int prompts, int right) {
        List<Item> items = new ArrayList<>();
        for (String group : List.of("counting", "colours")) {
            for (int i = 0; i < prompts; i++) {
                for (long seed = 1; seed <= 2; seed++) {
                    String id = group + "-" + i;
                    boolean correct = group.equals("counting") && i < right;
                    String file = "pictures/" + id + "/" + seed + ".png";
                    items.add(new Item(group, id, "three <b> & \"stars\"", seed, file, correct, 0.5, "found"));
                }
            }
        }
        return new EvalReport("composition", model, Map.of("cfg", "3"), Scores.of(items), List.of(), items);
    }

    private Path saved(String name, EvalReport report) throws IOException {
        Path folder = dir.resolve(name);
        for (Item item : report.items()) {
            Path file = folder.resolve(item.picture());
            Files.createDirectories(file.getParent());
            Files.write(file, PngEncoder.encode(Pixels.filled(4, 4, 200)));
        }
        EvalJson.write(folder, report);
        return folder;
    }

    @Test
    void scores_are_means_of_classes_with_intervals_around_them() {
        List<Figure> figures = report("a", 20, 10).figures();
        assertEquals(
                List.of("overall", "counting", "colours"),
                figures.stream().map(Figure::name).toList());
        assertEquals(0.25, figures.get(0).value(), 1e-12);
        assertEquals(0.5, figures.get(1).value(), 1e-12);
        assertEquals(0, figures.get(2).value(), 1e-12);
        assertEquals(40, figures.get(1).count());
        figures.forEach(figure -> assertTrue(figure.interval().holds(figure.value()), figure.toString()));
    }

    @Test
    void numbers_have_four_digits_that_count_and_zero_has_no_sign() {
        Figure mean = new Figure("token mean", -1e-9, null, 4, "");
        assertEquals("0.000000", mean.words(mean.value()));
        assertEquals("-0.0335", mean.words(-0.0335));
        assertEquals("12.30 dB", new Figure("PSNR", 12.3, null, 4, "dB").words(12.3));
    }

    @Test
    void a_report_survives_its_file() throws IOException {
        EvalReport report = report("a", 3, 1);
        assertEquals(report, EvalJson.read(saved("run", report)));
    }

    @Test
    void answers_are_counted_by_truth_and_shown_as_a_table() throws IOException {
        Confusion styles = Confusion.of(
                "styles", List.of("flat", "noto"), List.of("flat", "flat", "noto"), List.of("flat", "noto", "noto"));
        assertEquals(List.of(List.of(1, 1), List.of(0, 1)), styles.counts());
        EvalReport report = report("a", 1, 1).withConfusions(List.of(styles));
        Path folder = saved("run", report);
        assertEquals(report, EvalJson.read(folder));
        ReportPage.write(dir.resolve("page.html"), report, folder);
        String page = Files.readString(dir.resolve("page.html"));
        assertTrue(page.contains("<tr><td>flat</td><td><b class=\"good\">1</b></td><td>1</td></tr>"), page);
    }

    @Test
    void a_chart_has_a_line_for_each_guidance_and_survives_values_that_ran_away() throws IOException {
        LineChart drift = new LineChart(
                "variance <a>",
                "token",
                0.5,
                2,
                List.of(
                        new LineChart.Line("guidance 1", List.of(1.0, 1.5, 1.0)),
                        new LineChart.Line("guidance 9", List.of(1.0, 5000.0, Double.POSITIVE_INFINITY))));
        EvalReport report = report("a", 1, 1).withCharts(List.of(drift));
        Path folder = saved("run", report);
        assertEquals(report, EvalJson.read(folder));
        ReportPage.write(dir.resolve("page.html"), report, folder);
        String page = Files.readString(dir.resolve("page.html"));
        assertTrue(
                page.contains("<strong>variance &lt;a&gt;</strong> over token <span class=\"line0\">— guidance 1<"),
                page);
        assertTrue(page.contains("guidance 9 (1 beyond all numbers)"), page);
        // The first and the middle of three places; a thousand lies on a logarithmic axis.
        assertTrue(page.contains(">1000</text>") || page.contains(">1e3</text>"), page);
        assertTrue(page.matches("(?s).*<polyline class=\"line1\" points=\"56\\.0,\\S+ 252\\.0,12\\.0 \">.*"), page);
        ReportPage.write(dir.resolve("two.html"), RunComparison.of(report, List.of(report)), folder, List.of(folder));
        assertEquals(5, Files.readString(dir.resolve("two.html")).split("<polyline", -1).length);
    }

    @Test
    void a_file_that_is_no_report_is_refused_by_name() throws IOException {
        Path file = Files.writeString(dir.resolve("other.json"), "{\"schema\": 99}");
        assertTrue(assertThrows(UserException.class, () -> EvalJson.read(file))
                .getMessage()
                .contains("no report"));
        assertThrows(UserException.class, () -> EvalJson.read(dir.resolve("missing")));
    }

    /** Of each prompt one picture; a prompt's score and style as given. */
    private static EvalReport marked(double[] scores, double[] styles) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            Map<String, Double> marks = styles == null ? null : Map.of(Mark.STYLE.id(), styles[i]);
            items.add(new Item("seen pairs", "p" + i, "a dog", 1, "p.png", true, scores[i], "", marks));
        }
        return new EvalReport("agreement", "m", Map.of(), Scores.of(items), List.of(), items);
    }

    @Test
    void a_comparison_counts_pictures_and_finds_the_class_that_changed() {
        RunComparison comparison = RunComparison.of(report("a", 20, 5), List.of(report("b", 20, 15)));
        assertEquals(20, comparison.better());
        assertEquals(0, comparison.worse());
        assertEquals(0.5, comparison.change("counting").mean().value(), 1e-12);
        assertTrue(comparison.change("counting").mean().isClear());
        assertFalse(comparison.change("colours").mean().isClear());
        assertEquals(0.25, comparison.change(Scores.OVERALL).mean().value(), 1e-12);
    }

    @Test
    void a_win_rate_counts_higher_scores_and_half_of_the_ties() {
        double[] before = new double[40];
        double[] after = new double[40];
        for (int i = 0; i < 40; i++) {
            before[i] = 0.5;
            after[i] = i < 30 ? 0.6 : i < 35 ? 0.5 : 0.4;
        }
        Bootstrap.Difference won = RunComparison.of(marked(before, null), List.of(marked(after, null)))
                .change("win rate, seen pairs")
                .mean();
        assertEquals((30 + 2.5) / 40, won.value(), 1e-12);
        assertTrue(won.isClear() && won.interval().low() > 0.6, won.toString());
        Bootstrap.Difference tied = RunComparison.of(marked(before, null), List.of(marked(before, null)))
                .change("win rate, seen pairs")
                .mean();
        assertEquals(0.5, tied.value(), 1e-12);
        assertFalse(tied.isClear());
        assertEquals(1, tied.p(), 1e-12);
    }

    @Test
    void marks_are_compared_where_all_runs_have_them_and_told_where_one_lacks_them() throws IOException {
        double[] zeros = new double[10];
        double[] ones = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        RunComparison comparison = RunComparison.of(marked(zeros, zeros), List.of(marked(zeros, ones)));
        assertEquals("+100.0", comparison.change("style, seen pairs").words(1));
        assertEquals(1, comparison.change("style, seen pairs").mean().value(), 1e-12);
        RunComparison older = RunComparison.of(marked(zeros, null), List.of(marked(zeros, ones)));
        assertEquals(Set.of("style"), older.lacking());
        assertTrue(older.changes().stream().noneMatch(c -> c.measure().equals("style")));
        Path folder = saved("marked", marked(zeros, ones));
        assertEquals(marked(zeros, ones), EvalJson.read(folder));
        Path file = folder.resolve(EvalReport.FILE);
        Files.writeString(file, Files.readString(file).replaceAll("(?s),\\s*\"marks\" : \\{[^}]*\\}", ""));
        assertEquals(marked(zeros, null), EvalJson.read(folder), "an older report");
    }

    @Test
    void several_later_runs_are_told_each_and_as_their_mean_with_their_pictures_kept_together() {
        double[] zeros = new double[16];
        double[] ones = zeros.clone();
        Arrays.fill(ones, 1);
        double[] half = zeros.clone();
        Arrays.fill(half, 0, 8, 1);
        RunComparison comparison = RunComparison.of(
                marked(zeros, zeros), List.of(marked(zeros, ones), marked(zeros, half), marked(zeros, zeros)));
        Change style = comparison.change("style, seen pairs");
        assertEquals(List.of(1.0, 0.5, 0.0), style.runs());
        assertEquals(0.5, style.mean().value(), 1e-12);
        // Prompts are either 1/3 or 2/3 on the mean: what varies is the prompts, so three runs do not narrow the
        // interval.
        double alone = width(RunComparison.of(marked(zeros, zeros), List.of(marked(zeros, half)))
                .change("style, seen pairs"));
        assertEquals(alone / 3, width(style), 1e-9);
    }

    private static double width(Change change) {
        return change.mean().interval().high() - change.mean().interval().low();
    }

    @Test
    void runs_of_other_prompts_or_other_judges_are_not_compared() {
        UserException refused = assertThrows(
                UserException.class, () -> RunComparison.of(report("a", 3, 1), List.of(report("b", 4, 1))));
        assertTrue(refused.getMessage().contains("12 in common of 12 and 16"), refused.getMessage());
        EvalReport plain = report("a", 3, 1);
        EvalReport judged = new EvalReport(
                plain.suite(), "b", Map.of("judge", "0badc0de"), plain.figures(), plain.judge(), plain.items());
        String message = assertThrows(UserException.class, () -> RunComparison.of(plain, List.of(judged)))
                .getMessage();
        assertTrue(message.contains("not told and 0badc0de"), message);
        assertEquals(0, RunComparison.of(judged, List.of(judged)).better());
    }

    @Test
    void figures_of_two_runs_stand_beside_each_other_by_name_and_blank_where_one_lacks_them() throws IOException {
        EvalReport first = withFigures("first", new Figure("PSNR", 30, null, 4, "dB"), share("alpha", 0.25));
        EvalReport second = withFigures("second", share("beta", 0.5), share("alpha", 0.75));
        Path folder = saved("run", first);
        Path page = dir.resolve("page.html");
        ReportPage.write(page, RunComparison.of(first, List.of(second)), folder, List.of(folder));
        String html = Files.readString(page);
        String blank = "<td></td><td></td><td></td>";
        assertTrue(html.contains("<tr><td>PSNR</td><td>30.00 dB</td><td></td><td>4</td>" + blank + "</tr>"), html);
        assertTrue(html.contains("<td>alpha</td><td>25.0</td><td></td><td>4</td><td>75.0</td><td></td><td>4</td>"));
        assertTrue(html.contains("<tr><td>beta</td>" + blank + "<td>50.0</td><td></td><td>4</td></tr>"), html);
        assertEquals(2, html.split("<title>alpha: ", -1).length - 1);
        assertEquals(1, html.split("<rect class=\"run1\"[^>]*><title>beta: ", -1).length - 1);
    }

    private static Figure share(String name, double value) {
        return new Figure(name, value, null, 4);
    }

    private static EvalReport withFigures(String model, Figure... figures) {
        EvalReport plain = report(model, 1, 1);
        return new EvalReport(plain.suite(), model, plain.settings(), List.of(figures), List.of(), plain.items());
    }

    @Test
    void a_page_holds_every_picture_and_needs_no_other_file() throws IOException {
        EvalReport report = report("a", 2, 1);
        Path folder = saved("run", report);
        ReportPage.write(dir.resolve("page.html"), report, folder);
        String page = Files.readString(dir.resolve("page.html"));
        assertEquals(8, page.split("data:image/png;base64,", -1).length - 1);
        assertEquals(2, page.split("<figure class=\"right\"", -1).length - 1);
        assertTrue(page.contains("three &lt;b&gt; &amp; &quot;stars&quot;"), "texts mean themselves");
        assertFalse(page.contains("http://") || page.contains("https://") || page.contains("<script"));
        ReportPage.write(
                dir.resolve("two.html"), RunComparison.of(report, List.of(report("b", 2, 2))), folder, List.of(folder));
        String two = Files.readString(dir.resolve("two.html"));
        assertEquals(16, two.split("data:image/png;base64,", -1).length - 1);
    }

    @Test
    void a_page_takes_no_picture_from_outside_the_folder() {
        Item item = new Item("g", "id", "prompt", 1, "../../secret.png", true, 1, "");
        EvalReport report =
                new EvalReport("composition", "m", Map.of(), Scores.of(List.of(item)), List.of(), List.of(item));
        assertThrows(UserException.class, () -> ReportPage.write(dir.resolve("p.html"), report, dir.resolve("run")));
    }
}
