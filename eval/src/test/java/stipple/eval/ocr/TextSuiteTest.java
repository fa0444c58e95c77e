package stipple.eval.ocr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.eval.bench.NamedShape;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.run.DrawSettings;
import stipple.model.load.LoadOptions;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;

class TextSuiteTest {
    private static final NamedShape SHAPE = NamedShape.of("tiny");
    private static final ModelIdentity MODEL = new ModelIdentity("tiny", "a", "b", List.of());

    @TempDir
    Path dir;

    /** Reads the pictures of the set, which are of one grey level each, and nothing else. */
    private static final class Greys implements TextReader {
        @Override
        public String name() {
            return "greys";
        }

        @Override
        public List<ReadText> read(Pixels picture) {
            int grey = picture.at(0, 0, 0);
            boolean even = picture.equals(Pixels.filled(picture.width(), picture.height(), grey));
            String text = !even ? "" : grey == 10 ? "cat" : "42";
            return text.isEmpty() ? List.of() : List.of(new ReadText(text, 1, new TextBox(0, 0, 1, 1)));
        }

        @Override
        public void close() {}
    }

    private Path data(String words) throws IOException {
        Path data = Files.createDirectories(dir.resolve("words"));
        try (TarShardWriter writer = new TarShardWriter(data, "unseen_word", 4)) {
            for (int i = 0; i < 2; i++) {
                String text = i == 0 ? "Cat" : "41";
                String json = "{\"caption\": [\"the text " + text + "\"], \"" + words + "\": {\"text\": \"" + text
                        + "\"}, \"metadata\": {\"class\": \"" + (i == 0 ? "word" : "number") + "\"}}";
                byte[] png = PngEncoder.encode(Pixels.filled(32, 32, 10 + 90 * i));
                writer.add("w" + i, json, List.of(new ImageMember("png", png)));
            }
            writer.finishAll();
        }
        return data;
    }

    private EvalReport run(Path data) {
        TextSuite suite = new TextSuite(data, "unseen_word", 5, 1, new DrawSettings(1, null, null));
        LoadOptions options = LoadOptions.of(DType.F32);
        try (NextStepCheckpoint checkpoint =
                        NextStepCheckpoint.synthetic("tiny", SHAPE.config(), SHAPE.vae(), options, 1);
                Greys reader = new Greys()) {
            return suite.run(checkpoint, MODEL, List.of(reader, reader), dir.resolve("run"), (done, all) -> {});
        }
    }

    private static double value(List<Figure> figures, String name) {
        return figures.stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void noise_says_nothing_and_the_reader_is_tested_on_the_pictures_of_the_set() throws IOException {
        EvalReport report = run(data("words"));
        assertEquals(0, value(report.figures(), "word"));
        assertEquals(0, value(report.figures(), "letters right"));
        assertEquals(0, value(report.figures(), "greys reads the same text"));
        // It reads "cat" as the set means it, and 42 where the set says 41.
        assertEquals(0.5, value(report.judge(), "greys on pictures of the set"));
        assertEquals(2, report.items().size());
        assertTrue(report.items().stream().allMatch(i -> i.verdict().equals("says nothing")));
    }

    @Test
    void a_set_that_does_not_say_its_words_is_refused() throws IOException {
        Path data = data("other");
        String message = assertThrows(DataException.class, () -> run(data)).getMessage();
        assertTrue(message.contains("data build words"), message);
    }
}
