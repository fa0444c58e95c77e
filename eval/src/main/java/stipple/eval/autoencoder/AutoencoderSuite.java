package stipple.eval.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.eval.stats.Wilson;
import stipple.model.features.FeatureNetwork;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * What a model's autoencoder keeps of held-out pictures, and how evenly its tokens are spread, in pictures that are encoded and
 * in pictures that are drawn.
 *
 * @param data a data set
 * @param family its shard family, "" for all
 * @param pictures pictures at most, evenly spaced
 * @param guidance scales at which the drift of drawn tokens is measured; none to leave that out
 * @param prompts pictures that are drawn for it at each scale, with normalisation of tokens and without
 * @param settings how to draw; the size is also that of the reconstructions
 */
public record AutoencoderSuite(
        Path data, String family, int pictures, List<Double> guidance, int prompts, DrawSettings settings) {
    /** Name of the suite. */
    public static final String NAME = "autoencoder";

    /** Scales at which drift is measured by default, from weak to very strong. */
    public static final List<Double> GUIDANCE = List.of(1.5, 3.0, 7.5, 15.0);

    /** A copy of so many dB is good enough for drawn pictures. */
    private static final double GOOD = 30;

    /** Checks the numbers. */
    public AutoencoderSuite {
        guidance = List.copyOf(guidance);
        if (pictures < 2 || prompts < 1 || guidance.stream().anyMatch(g -> !(g >= 1))) {
            throw new UserException("The suite needs at least 2 pictures, a prompt and guidance of 1 or more, got "
                    + pictures + " pictures, " + prompts + " prompts and guidance " + guidance);
        }
    }

    /**
     * Measures and writes the report into the folder.
     *
     * @param features for the Fréchet distance, or null to leave it out
     */
    public EvalReport run(
            NextStepCheckpoint checkpoint,
            ModelIdentity identity,
            FeatureNetwork features,
            Path output,
            PictureRun.Progress progress) {
        Map<String, String> who = RunIdentity.of(NAME, checkpoint, identity, settings);
        RunFolder folder = RunFolder.open(output, who);
        SampleSource samples = DataSets.open(data, family);
        int count = Math.min(pictures, samples.size());
        int side = settings.sample(checkpoint.config()).size().width();
        Reconstruction reconstruction = new Reconstruction(checkpoint, features);
        List<Item> items = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        int steps = count + 2 * guidance.size();
        for (int i = 0; i < count; i++) {
            Sample sample = samples.get((int) ((long) i * samples.size() / count));
            Pixels picture = PixelReader.read(sample.images().getLast(), sample.key());
            Reconstruction.Copy copy = reconstruction.add(picture, side);
            captions.add(caption(sample));
            String file = "pictures/" + i + ".png";
            PngWriter.write(folder.path().resolve(file), Pictures.of(beside(copy)), PngMetadata.NONE);
            String psnr = String.format(Locale.ROOT, "%.1f dB", copy.psnr());
            items.add(new Item(
                    "pictures and their copies",
                    sample.key(),
                    captions.getLast(),
                    0,
                    file,
                    copy.psnr() >= GOOD,
                    score(copy),
                    psnr,
                    Map.of(Mark.PSNR.id(), copy.psnr())));
            progress.done(i + 1, steps);
        }
        List<Figure> figures = new ArrayList<>(reconstruction.figures());
        long good = items.stream().filter(Item::correct).count();
        figures.add(new Figure("pictures of 30 dB or more", (double) good / count, Wilson.of(good, count), count));
        List<String> asked = captions.stream().distinct().limit(prompts).toList();
        if (asked.size() < prompts && !guidance.isEmpty()) {
            progress.note("Drift is measured on " + asked.size() + " prompts, not " + prompts + ": the " + count
                    + " pictures have no more captions; ask for more pictures");
        }
        List<TokenDrift> drifts = new ArrayList<>();
        for (double scale : guidance) {
            for (boolean normalised : new boolean[] {false, true}) {
                drifts.add(TokenDrift.measure(checkpoint, asked, scale, normalised, settings));
                figures.addAll(drifts.getLast().figures());
                progress.done(count + drifts.size(), steps);
            }
        }
        Map<String, String> told = new LinkedHashMap<>(who);
        told.put("data", data.getFileName() + (family.isEmpty() ? "" : " (" + family + ")"));
        EvalReport report = new EvalReport(NAME, identity.name(), told, figures, List.of(), items)
                .withCharts(TokenDrift.charts(drifts));
        EvalJson.write(output, report);
        return report;
    }

    private static double score(Reconstruction.Copy copy) {
        return Math.clamp(copy.psnr() / GOOD, 0, 1);
    }

    private static Pixels beside(Reconstruction.Copy copy) {
        Pixels original = copy.original();
        Pixels both = Pixels.filled(2 * original.width(), original.height(), 255);
        both.paste(original, 0, 0);
        both.paste(copy.copy(), original.width(), 0);
        return both;
    }

    private static String caption(Sample sample) {
        JsonNode caption = sample.json().path("caption");
        return caption.isArray() ? caption.path(0).asText("") : caption.asText("");
    }
}
