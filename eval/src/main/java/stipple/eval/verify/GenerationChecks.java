package stipple.eval.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import stipple.model.NextStepModel;
import stipple.model.config.GuidanceSchedule;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.DecodeBackends;
import stipple.model.decode.TorchBackend;
import stipple.model.flow.DriftSampler;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.generate.TokenLoop;
import stipple.model.generate.TokenSettings;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.vae.Autoencoder;
import stipple.model.vae.Patches;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Whole pictures from prompt ids and recorded draws, through every loop there is (reference §2.10). */
final class GenerationChecks implements CheckGroup {
    private static final String S1 = "generate_s1.";
    private static final String S3 = "generate_s3.";

    @Override
    public String prefix() {
        return "generate_";
    }

    @Override
    public void run(Replay replay) {
        Recording recording = replay.recording();
        for (String key : recording.keys(S1, ".args")) {
            generate(replay, key, () -> Settings.s1(recording.numbers(key, 8)));
        }
        for (String key : recording.keys(S3, ".args")) {
            generate(replay, key, () -> Settings.s3(recording.numbers(key, 7)));
        }
    }

    private interface SettingsReader {
        Settings read();
    }

    private static void generate(Replay replay, String argsKey, SettingsReader reader) {
        Recording recording = replay.recording();
        String prefix = argsKey.substring(0, argsKey.length() - "args".length());
        List<String> keys = List.of(prefix + "tokens", prefix + "latents", prefix + "image");
        replay.recompute(keys, Comparison.GENERATION, out -> {
            Settings settings = reader.read();
            int patch = replay.checkpoint().config().latent().patch();
            Autoencoder autoencoder = replay.checkpoint().autoencoder();
            TokenGrid grid = settings.size.grid(autoencoder.config().downsampling() * patch);
            String result = keys.stream().filter(recording::has).findFirst().orElseThrow();
            int pictures = Math.toIntExact(recording.tensor(result).size(0));
            RecordedNoise noise = new RecordedNoise(recording.tensor(prefix + "noise"), pictures);
            List<Drawn> runs = runs(replay, prefix, settings.token(grid.count()), pictures, noise);
            Tensor tokens = farthest(recording, prefix + "tokens", runs).tokens;
            String loops = "the worst of " + runs.stream().map(Drawn::loop).collect(Collectors.joining(", "));
            out.note(
                    noise.left() > 0 ? loops + "; " + noise.left() + " recorded draws a token were not needed" : loops);
            long[] shape = {
                pictures,
                replay.checkpoint().config().latent().channels(),
                (long) grid.rows() * patch,
                (long) grid.columns() * patch
            };
            Tensor latents = Patches.fold(tokens, shape, patch)
                    .to(replay.checkpoint().model().backbone().device());
            out.compare(prefix + "tokens", () -> tokens);
            out.compare(
                    prefix + "latents", () -> scaledAsRecorded(recording, prefix + "latents", latents, autoencoder));
            out.compare(prefix + "image", () -> {
                Tensor drawn = replay.checkpoint().pixelDecoder().pixels(latents);
                return Comparison.farther(recording.tensor(prefix + "image"), autoencoder.pixels(latents), drawn);
            });
        });
    }

    /**
     * Latents as the language model counts them, or as the autoencoder does, whichever was recorded; the two differ only
     * where the autoencoder has a scale or a shift.
     */
    private static Tensor scaledAsRecorded(Recording recording, String key, Tensor latents, Autoencoder autoencoder) {
        Tensor unscaled = latents.div(autoencoder.config().scalingFactor())
                .add(autoencoder.config().shiftFactor());
        Tensor expected = recording.tensor(key);
        CheckResult asTokens = Comparison.of(key, expected, latents, Comparison.GENERATION);
        CheckResult asDecoded = Comparison.of(key, expected, unscaled, Comparison.GENERATION);
        return asDecoded.maxAbs() < asTokens.maxAbs() ? unscaled : latents;
    }

    /** One way through the model and what it drew. */
    private record Drawn(String loop, Tensor tokens) {}

    /** The run through every loop there is: as a padded batch, and side by side on libtorch and in native code. */
    private static List<Drawn> runs(
            Replay replay, String prefix, TokenSettings settings, int pictures, RecordedNoise noise) {
        NextStepModel model = replay.checkpoint().model();
        long[][] ids = replay.recording().rows(prefix + "input_ids");
        long[][] recorded = replay.recording().mask(prefix + "attention_mask");
        if (pictures == 0 || ids.length % pictures != 0) {
            throw new UserException(ids.length + " prompt rows do not make whole blocks of " + pictures);
        }
        long[][] mask = recorded == null ? ones(ids) : recorded;
        List<Drawn> runs = new ArrayList<>();
        runs.add(new Drawn("a batch", batch(model, ids, mask, pictures, settings, noise)));
        try (DecodeBackend torch = new TorchBackend(model)) {
            runs.add(new Drawn(torch.name(), new RecordedLoop(torch, settings, noise, pictures).draw(ids, mask)));
        }
        if (DecodeBackends.reasonAgainstNative(model) == null) {
            try (DecodeBackend fast = DecodeBackends.of(model)) {
                runs.add(new Drawn(fast.name(), new RecordedLoop(fast, settings, noise, pictures).draw(ids, mask)));
            }
        }
        return runs;
    }

    private static Tensor batch(
            NextStepModel model,
            long[][] ids,
            long[][] mask,
            int pictures,
            TokenSettings settings,
            RecordedNoise noise) {
        List<Tensor> tokens = new ArrayList<>();
        try (TokenLoop loop = new TokenLoop(model, model.embed(ids, null), mask, pictures, settings, noise)) {
            while (loop.hasNext()) {
                noise.startToken(loop.done());
                tokens.add(loop.next());
            }
        }
        return Tensors.stack(tokens, 1);
    }

    /** The run that is farthest from what was recorded: all must be near it. Without recorded tokens, the last. */
    private static Drawn farthest(Recording recording, String key, List<Drawn> runs) {
        if (!recording.has(key)) {
            return runs.getLast();
        }
        Tensor expected = recording.tensor(key);
        Drawn worst = null;
        double most = -1;
        for (Drawn run : runs) {
            double error = Comparison.of(key, expected, run.tokens, Comparison.GENERATION)
                    .maxAbs();
            if (Double.isNaN(error)) {
                return run;
            }
            if (error > most) {
                most = error;
                worst = run;
            }
        }
        return worst;
    }

    private static long[][] ones(long[][] ids) {
        long[][] mask = new long[ids.length][ids[0].length];
        for (long[] row : mask) {
            Arrays.fill(row, 1);
        }
        return mask;
    }

    /** One run's arguments; the number of tokens is filled in later. */
    private record Settings(ImageSize size, TokenSettings template) {
        static Settings s1(double[] a) {
            if (a[7] != 0 && a[7] != 1) {
                throw new UserException("schedule " + a[7] + " is neither 0 (constant) nor 1 (linear falling)");
            }
            return new Settings(
                    new ImageSize((int) a[1], (int) a[0]),
                    new TokenSettings(
                            0,
                            new Guidance(a[3], a[4]),
                            a[7] == 1 ? GuidanceSchedule.LINEAR_FALLING : GuidanceSchedule.CONSTANT,
                            DriftSampler.S1,
                            (int) a[2],
                            a[5],
                            a[6] != 0,
                            0));
        }

        static Settings s3(double[] a) {
            return new Settings(
                    new ImageSize((int) a[1], (int) a[0]),
                    new TokenSettings(
                            0,
                            new Guidance(a[3], a[4]),
                            GuidanceSchedule.CONSTANT,
                            new EstimateSampler(EstimateSampler.Mode.SDE, a[6]),
                            (int) a[2],
                            a[5],
                            false,
                            0));
        }

        TokenSettings token(int count) {
            TokenSettings t = template;
            return new TokenSettings(
                    count,
                    t.guidance(),
                    t.schedule(),
                    t.sampler(),
                    t.steps(),
                    t.shift(),
                    t.normalize(),
                    t.contextNoise());
        }
    }
}
