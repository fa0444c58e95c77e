package stipple.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.load.LoadedAutoencoder;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.train.TinyFeatures;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;
import stipple.train.report.RunReport;

/** The image tokenizer's training as a user runs it: from scratch, then on from that with crops and a perceptual loss. */
class TokenizerTrainingTest {
    @TempDir
    private Path temp;

    @Test
    void a_tokenizer_from_scratch_is_tuned_on_crops_of_larger_pictures_and_everything_is_reported() throws IOException {
        TinyRuns tiny = TinyRuns.in(temp);
        long before = Tensor.live();
        Recipe scratch =
                tiny.autoencoder("scratch", "steps=40", "log_every=5", "samples.every=40", "autoencoder.noise=0");
        Recorder first = Runs.train(scratch);
        List<TrainEvent.Progress> learnt = first.all(TrainEvent.Progress.class);
        Path model = first.only(TrainEvent.Finished.class).model();

        Recipe same = tiny.autoencoder(
                "same",
                "steps=5",
                "log_every=5",
                "autoencoder.noise=0",
                "optimizer.lr=1e-9",
                "autoencoder.init=" + model);
        TrainEvent.Progress start =
                Runs.train(same).all(TrainEvent.Progress.class).getFirst();
        double untrained = learnt.getFirst().loss();
        double reached = learnt.getLast().loss();
        assertTrue(reached < 0.8 * untrained, learnt::toString);
        assertEquals(reached, start.loss(), 0.25 * (untrained - reached), "it starts where the other one ended");

        Recipe tuned = tiny.autoencoder(
                "tuned",
                "steps=6",
                "log_every=2",
                "samples.every=3",
                "checkpoint.best=ssim",
                "data.size=32",
                "data.crop=16",
                "autoencoder.eval_size=32",
                "autoencoder.init=" + model,
                "autoencoder.perceptual.weight=0.1",
                "autoencoder.perceptual.network=" + TinyFeatures.in(temp.resolve("features")));
        Recorder second = Runs.train(tuned);
        TrainEvent.Progress line = second.all(TrainEvent.Progress.class).getFirst();
        assertTrue(line.parts().keySet().containsAll(List.of("mse", "l1", "edge", "perceptual")), line::toString);
        List<String> figures = List.of(
                "psnr",
                "ssim",
                "psnr_noise_0.2",
                "perceptual",
                "token_mean_spread",
                "token_variance",
                "token_variance_spread",
                "token_element_mean_spread",
                "token_element_variance_spread",
                "token_outliers");
        TrainEvent.Evaluated evaluated = second.all(TrainEvent.Evaluated.class).getLast();
        assertEquals(figures, List.copyOf(evaluated.figures().keySet()));
        String logged = Runs.metrics(tuned).getLast();
        figures.forEach(figure -> assertTrue(logged.contains("\"eval_" + figure + "\":"), logged));
        Path page = temp.resolve("report.html");
        RunReport.write(Path.of(tuned.output()), page);
        String html = Files.readString(page);
        figures.forEach(figure -> assertTrue(html.contains(">" + figure + "<"), figure));
        assertTrue(eventsHold(Path.of(tuned.output()), "eval/token_outliers"));
        try (LoadedAutoencoder loaded =
                LoadedAutoencoder.load(second.only(TrainEvent.Finished.class).model(), DType.F32, Device.CPU)) {
            assertEquals(16, loaded.network().config().resolution(), "that of the crops");
        }
        assertEquals(before, Tensor.live());
    }

    private static boolean eventsHold(Path run, String tag) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("tensorboard"))) {
            for (Path file : files.toList()) {
                if (Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains(tag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
