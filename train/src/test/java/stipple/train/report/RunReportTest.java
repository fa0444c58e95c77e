package stipple.train.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.torch.UserException;

class RunReportTest {
    @TempDir
    private Path temp;

    private Path run(int steps, int grids) throws IOException {
        Path run = Files.createDirectories(temp.resolve("my <run>"));
        StringBuilder lines = new StringBuilder();
        for (int step = 1; step <= steps; step++) {
            lines.append("{\"step\":%d,\"loss\":%f,\"mse\":%f,\"lr\":1e-3,\"grad_norm\":0.5,\"mfu\":0.3}\n"
                    .formatted(step, 1.0 / step, 0.5 / step));
            if (step % 10 == 0) {
                lines.append("{\"step\":%d,\"eval_psnr\":%d}\n".formatted(step, 20 + step / 10));
            }
        }
        lines.append("{\"step\":%d,\"loss\":\"NaN\"}\n{\"step\":9,\"lo".formatted(steps + 1));
        Files.writeString(run.resolve("metrics.jsonl"), lines);
        Files.writeString(run.resolve("recipe.yaml"), "output: a<b>&\"c\"\n");
        Files.createDirectories(run.resolve("samples"));
        for (int i = 1; i <= grids; i++) {
            Files.write(
                    run.resolve("samples/%07d.png".formatted(10 * i)), PngEncoder.encode(Pixels.filled(4, 4, 10 * i)));
        }
        return run;
    }

    private static Document parse(String page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }

    private String page(Path run) throws IOException {
        Path target = temp.resolve("page.html");
        RunReport.write(run, target);
        return Files.readString(target);
    }

    @Test
    void thePageIsWellFormedAndShowsEveryFigureOnce() throws Exception {
        String page = page(run(40, 3));
        Document document = parse(page);
        assertEquals(6, document.getElementsByTagName("svg").getLength());
        assertEquals(3, document.getElementsByTagName("img").getLength());
        assertEquals("my <run>", document.getElementsByTagName("h1").item(0).getTextContent());
        assertEquals(
                "output: a<b>&\"c\"\n",
                document.getElementsByTagName("pre").item(0).getTextContent());
        assertTrue(page.contains("step 40 · loss 0.025"), "lines that are no numbers or torn are left out");
        // The smoothed figures have two lines each.
        assertEquals(8, document.getElementsByTagName("polyline").getLength());
    }

    @Test
    void thePageAsksNobodyForAnything() throws Exception {
        String page = page(run(40, 3));
        assertFalse(page.matches("(?s).*(https?:|//[a-z]|url\\(|<script|<link|@import).*"));
        for (String source : page.split("src=\"")) {
            assertTrue(source.startsWith("<!DOCTYPE") || source.startsWith("data:image/png;base64,"));
        }
    }

    @Test
    void manyGridsAreShownEvenlySpacedFromTheFirstToTheLast() throws Exception {
        Document document = parse(page(run(20, 40)));
        var pictures = document.getElementsByTagName("img");
        assertEquals(12, pictures.getLength());
        assertEquals(
                "samples at step 10",
                pictures.item(0).getAttributes().getNamedItem("alt").getNodeValue());
        assertEquals(
                "samples at step 400",
                pictures.item(11).getAttributes().getNamedItem("alt").getNodeValue());
    }

    @Test
    void aRunOfOneStepWithoutPicturesIsAPageToo() throws Exception {
        Document document = parse(page(run(1, 0)));
        assertEquals(0, document.getElementsByTagName("img").getLength());
        assertEquals(5, document.getElementsByTagName("svg").getLength());
    }

    @Test
    void rewardsAndStabilityHaveChartsOfTheirOwnAndAnotherRunIsDrawnBeside() throws Exception {
        Path calm = log("calm", 5, 1.0);
        Path wild = log("wild", 9, 4.0);
        Path target = temp.resolve("beside.html");
        RunReport.write(calm, wild, target);
        Document document = parse(Files.readString(target));
        List<String> headings = new ArrayList<>();
        for (int i = 0; i < document.getElementsByTagName("h2").getLength(); i++) {
            headings.add(document.getElementsByTagName("h2").item(i).getTextContent());
        }
        assertEquals(
                List.of("Loss", "Rewards", "Held-out evaluations", "Stability", "Tokens", "Optimiser and speed"),
                headings);
        int beside = 0;
        for (int i = 0; i < document.getElementsByTagName("polyline").getLength(); i++) {
            var line = document.getElementsByTagName("polyline").item(i).getAttributes();
            beside += line.getNamedItem("class").getNodeValue().equals("beside") ? 1 : 0;
        }
        assertEquals(8, beside, "every figure of the other run");
        assertTrue(
                document.getElementsByTagName("body").item(0).getTextContent().contains("Probability ratio, greatest"));
    }

    private Path log(String name, int steps, double ratio) throws IOException {
        Path run = Files.createDirectories(temp.resolve(name));
        StringBuilder lines = new StringBuilder();
        for (int step = 1; step <= steps; step++) {
            lines.append(("{\"step\":%d,\"loss\":0.1,\"reward\":%d,\"reward_composition\":0.5,\"ratio_high\":%f,"
                            + "\"mismatch\":1e-7,\"token_std\":1,\"grad_norm\":0.5,\"eval_reward\":0.4}\n")
                    .formatted(step, step, ratio));
        }
        Files.writeString(run.resolve("metrics.jsonl"), lines);
        return run;
    }

    @Test
    void aFolderThatIsNoRunIsRefused() {
        String message = assertThrows(UserException.class, () -> RunReport.write(temp, temp.resolve("page.html")))
                .getMessage();
        assertTrue(message.contains("No run at") && message.contains("metrics.jsonl"), message);
    }

    @Test
    void longSeriesAreThinnedToMeansAndSmoothedWithoutAPull() {
        double[] steps = new double[1000];
        double[] values = new double[1000];
        for (int i = 0; i < 1000; i++) {
            steps[i] = i;
            values[i] = i % 2;
        }
        Series thin = new Series("x", steps, values).thinned(100);
        assertEquals(100, thin.steps().length);
        assertEquals(0.5, thin.values()[50], 1e-9);
        double[] line = {0, 1, 2, 3, 4, 5, 6};
        Series straight = new Series("x", line, line);
        assertArrayEquals(line, straight.smoothed(2).values(), 1e-9);
    }
}
