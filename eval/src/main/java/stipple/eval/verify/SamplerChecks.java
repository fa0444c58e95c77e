package stipple.eval.verify;

import java.util.Locale;
import stipple.model.flow.DriftSampler;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.GuidedHead;
import stipple.model.flow.Sampler;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/** Tokens sampled from recorded conditions and draws by S1, S2 and the three modes of S3 (reference §2.8, §2.9). */
final class SamplerChecks implements CheckGroup {
    private static final String S1 = "sampler_s1.";
    private static final String S2 = "sampler_s2.";
    private static final String S3 = "sampler_s3.";
    private static final String OUT = "out";

    @Override
    public String prefix() {
        return "sampler_";
    }

    @Override
    public void run(Replay replay) {
        Recording recording = replay.recording();
        for (String key : recording.keys(S1, "." + OUT)) {
            sample(replay, key, () -> Settings.s1(recording.numbers(sibling(key, "args"), 6)));
        }
        for (String key : recording.keys(S2, "." + OUT)) {
            sample(replay, key, () -> Settings.s2(recording.numbers(sibling(key, "args"), 4)));
        }
        for (EstimateSampler.Mode mode : EstimateSampler.Mode.values()) {
            for (String key : recording.keys(S3 + mode.name().toLowerCase(Locale.ROOT) + ".", "." + OUT)) {
                sample(replay, key, () -> Settings.s3(mode, recording.numbers(sibling(key, "args"), 5)));
            }
        }
    }

    /** The key beside another in its case, whatever the case is called. */
    private static String sibling(String key, String name) {
        return key.substring(0, key.length() - OUT.length()) + name;
    }

    private interface SettingsReader {
        Settings read();
    }

    private static void sample(Replay replay, String key, SettingsReader reader) {
        Recording recording = replay.recording();
        replay.recompute(java.util.List.of(key), Comparison.SINGLE, out -> {
            Settings settings = reader.read();
            Tensor conditions = recording.tensor(sibling(key, "c"));
            long rows = recording.tensor(key).size(0);
            if (rows == 0 || conditions.size(0) % rows != 0) {
                throw new UserException(conditions.size(0) + " conditions do not make whole blocks of " + rows);
            }
            int branches = Math.toIntExact(conditions.size(0) / rows);
            Tensor draws = recording.tensor(sibling(key, "noise"));
            RecordedNoise noise = new RecordedNoise(draws.unsqueeze(0), rows);
            try (GuidedHead head = new GuidedHead(replay.checkpoint().model().head())) {
                Tensor tokens = settings.sampler.sample(
                        head.field(conditions, branches, settings.guidance), noise, settings.steps, settings.shift);
                out.note(settings.remark(draws, noise));
                out.compare(key, () -> tokens);
            }
        });
    }

    /**
     * One case's arguments.
     *
     * @param repeat rows of a draw, or 0 if the arguments do not say
     */
    private record Settings(Sampler sampler, Guidance guidance, double shift, int steps, int repeat) {
        static Settings s1(double[] a) {
            return new Settings(DriftSampler.s1(a[4]), new Guidance(a[0], a[1]), a[2], (int) a[3], (int) a[5]);
        }

        static Settings s2(double[] a) {
            return new Settings(DriftSampler.S2, new Guidance(a[0], a[1]), a[2], (int) a[3], 0);
        }

        static Settings s3(EstimateSampler.Mode mode, double[] a) {
            return new Settings(new EstimateSampler(mode, a[4]), new Guidance(a[0], a[1]), a[2], (int) a[3], 0);
        }

        String remark(Tensor draws, RecordedNoise noise) {
            if (repeat > 0 && draws.size(1) != repeat) {
                return "the draws have " + draws.size(1) + " rows, but noise_repeat is " + repeat;
            }
            return noise.left() > 0 ? noise.left() + " recorded draws were not needed" : "";
        }
    }
}
