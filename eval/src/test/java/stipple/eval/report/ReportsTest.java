package stipple.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
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
    void a_report_survives_its_file() throws IOException {
        EvalReport report = report("a", 3, 1);
        assertEquals(report, EvalJson.read(saved("run", report)));
    }

    @Test
    void answers_are_counted_by_truth_and_shown_as_a_table() throws IOException {
        Confusion styles = Confusion.of(
                "styles", List.of("flat", "noto"), List.of("flat", "flat", "noto"), List.of("flat", "noto", "noto"));
        assertEquals(List.of(List.of(1, 1), List.of(0, 1)), styles.counts());
        EvalReport plain = report("a", 1, 1);
        EvalReport report = new EvalReport(
                EvalReport.SCHEMA,
                plain.suite(),
                plain.model(),
                plain.settings(),
                plain.figures(),
                plain.judge(),
                plain.items(),
                List.of(styles));
        Path folder = saved("run", report);
        assertEquals(report, EvalJson.read(folder));
        ReportPage.write(dir.resolve("page.html"), report, folder);
        String page = Files.readString(dir.resolve("page.html"));
        assertTrue(page.contains("<tr><td>flat</td><td><b class=\"good\">1</b></td><td>1</td></tr>"), page);
    }

    @Test
    void a_file_that_is_no_report_is_refused_by_name() throws IOException {
        Path file = Files.writeString(dir.resolve("other.json"), "{\"schema\": 99}");
        assertTrue(assertThrows(UserException.class, () -> EvalJson.read(file))
                .getMessage()
                .contains("no report"));
        assertThrows(UserException.class, () -> EvalJson.read(dir.resolve("missing")));
    }

    @Test
    void a_comparison_counts_pictures_and_finds_the_class_that_changed() throws IOException {
        RunComparison comparison = RunComparison.of(report("a", 20, 5), report("b", 20, 15));
        assertEquals(20, comparison.better());
        assertEquals(0, comparison.worse());
        assertEquals(0.5, comparison.differences().get("counting").value(), 1e-12);
        assertTrue(comparison.differences().get("counting").isClear());
        assertFalse(comparison.differences().get("colours").isClear());
        assertEquals(0.25, comparison.differences().get(Scores.OVERALL).value(), 1e-12);
    }

    @Test
    void runs_of_other_prompts_are_not_compared() {
        UserException refused =
                assertThrows(UserException.class, () -> RunComparison.of(report("a", 3, 1), report("b", 4, 1)));
        assertTrue(refused.getMessage().contains("12 in common of 12 and 16"), refused.getMessage());
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
        ReportPage.write(dir.resolve("two.html"), RunComparison.of(report, report("b", 2, 2)), folder, folder);
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
