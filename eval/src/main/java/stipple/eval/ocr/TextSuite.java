package stipple.eval.ocr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.source.DataSets;
import stipple.eval.report.EvalJson;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.report.Item;
import stipple.eval.report.Mark;
import stipple.eval.report.Scores;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * Asks for words that training never drew and reads the pictures back. A picture is right if it says exactly the text, case and
 * punctuation aside. The readers also read the pictures of the set, which tells how far they can be trusted.
 *
 * @param data a set of {@code stipple data build words}
 * @param family its shard family
 * @param prompts prompts at most, evenly spaced
 * @param seeds pictures a prompt, seeds 1, 2, …
 * @param settings how to draw
 */
public record TextSuite(Path data, String family, int prompts, int seeds, DrawSettings settings) {
    /** Name of the suite. */
    public static final String NAME = "text";

    /** Checks the numbers. */
    public TextSuite {
        if (prompts < 1 || seeds < 1) {
            throw new UserException(
                    "The suite needs a prompt and a seed, got " + prompts + " prompts and " + seeds + " seeds");
        }
    }

    /** A text to draw: what it is (a word, a number, …), what to say, and the set's own picture of it. */
    private record Wanted(String key, String group, String prompt, String text, Pixels real) {}

    /**
     * Draws what is missing, reads everything and writes the report into the folder.
     *
     * @param readers the first one judges, the others give their opinions
     */
    public EvalReport run(
            NextStepCheckpoint checkpoint,
            ModelIdentity identity,
            List<TextReader> readers,
            Path output,
            PictureRun.Progress progress) {
        Map<String, String> who = RunIdentity.of(NAME, checkpoint, identity, settings);
        RunFolder folder = RunFolder.open(output, who);
        List<Wanted> wanted = wanted();
        List<PictureOrder> orders =
                wanted.stream().flatMap(w -> orders(w).stream()).toList();
        PictureRun.draw(checkpoint, folder, orders, settings, progress);
        List<Item> items = new ArrayList<>();
        for (Wanted w : wanted) {
            for (PictureOrder order : orders(w)) {
                items.add(item(w, order, readers.getFirst(), Pictures.read(folder.picture(order))));
            }
        }
        List<Figure> figures = new ArrayList<>(Scores.of(items));
        figures.add(letters("letters right", items, seeds));
        for (TextReader second : readers.subList(1, readers.size())) {
            figures.add(share(second.name() + " reads the same text", wanted, second, folder));
        }
        List<Figure> judge = new ArrayList<>();
        for (TextReader reader : readers) {
            judge.add(Scores.share(
                    reader.name() + " on pictures of the set",
                    wanted.stream()
                            .map(w -> new double[] {right(reader, w.real(), w.text())})
                            .toArray(double[][]::new)));
        }
        Map<String, String> told = new LinkedHashMap<>(who);
        told.put("data", data.getFileName() + " (" + family + ")");
        told.put(EvalReport.JUDGE, readers.getFirst().name());
        told.put(
                "readers",
                String.join(", ", readers.stream().map(TextReader::name).toList()));
        EvalReport report = new EvalReport(NAME, identity.name(), told, figures, judge, items);
        EvalJson.write(output, report);
        return report;
    }

    private List<Wanted> wanted() {
        SampleSource samples = DataSets.open(data, family);
        int count = Math.min(prompts, samples.size());
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Sample sample = samples.get((int) ((long) i * samples.size() / count));
            JsonNode json = sample.json();
            String text = json.path("words").path("text").asText("");
            if (text.isEmpty()) {
                throw new DataException(data + " does not say which words its pictures show; build such a set with"
                        + " ./stipple data build words");
            }
            wanted.add(new Wanted(
                    sample.key().toLowerCase(Locale.ROOT),
                    json.path("metadata").path("class").asText("text").replace('_', ' '),
                    json.path("caption").path(0).asText(""),
                    text,
                    PixelReader.read(sample.images().getFirst(), sample.key())));
        }
        return wanted;
    }

    private List<PictureOrder> orders(Wanted wanted) {
        return PictureOrder.of(wanted.key(), wanted.prompt(), seeds);
    }

    private static Item item(Wanted wanted, PictureOrder order, TextReader reader, Pixels picture) {
        TextMatch match = TextMatch.of(wanted.text(), reader.read(picture));
        String verdict = match.isRight()
                ? "says it"
                : match.read().isBlank()
                        ? "says nothing"
                        : "says '" + match.read() + "', wanted '" + wanted.text() + "'";
        return new Item(
                wanted.group(),
                wanted.key(),
                wanted.prompt(),
                order.seed(),
                order.file(),
                match.isRight(),
                match.score(),
                verdict,
                Map.of(Mark.LETTERS.id(), match.score()));
    }

    /** The mean share of letters that are right. */
    private static Figure letters(String name, List<Item> items, int each) {
        double[][] values = new double[items.size() / each][each];
        for (int i = 0; i < items.size(); i++) {
            values[i / each][i % each] = items.get(i).score();
        }
        return Scores.mean(name, values);
    }

    private Figure share(String name, List<Wanted> wanted, TextReader reader, RunFolder folder) {
        return Scores.share(
                name,
                wanted.stream()
                        .map(w -> orders(w).stream()
                                .mapToDouble(o -> right(reader, Pictures.read(folder.picture(o)), w.text()))
                                .toArray())
                        .toArray(double[][]::new));
    }

    private static double right(TextReader reader, Pixels picture, String text) {
        return TextMatch.of(text, reader.read(picture)).isRight() ? 1 : 0;
    }
}
