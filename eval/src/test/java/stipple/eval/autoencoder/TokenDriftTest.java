package stipple.eval.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.eval.bench.NamedShape;
import stipple.eval.report.Figure;
import stipple.eval.report.LineChart;
import stipple.eval.run.DrawSettings;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

class TokenDriftTest {
    private static final NamedShape SHAPE = NamedShape.of("tiny");
    private static final DrawSettings SETTINGS = new DrawSettings(2, null, null);
    private static final List<String> PROMPTS = List.of("a cat", "a dog");
    private static final int TOKENS = 16;

    private NextStepCheckpoint checkpoint;
    private Scope scope;

    @BeforeEach
    void makeAModel() {
        scope = Scope.open();
        checkpoint = NextStepCheckpoint.synthetic("tiny", SHAPE.config(), SHAPE.vae(), LoadOptions.of(DType.F32), 1);
    }

    @AfterEach
    void free() {
        checkpoint.close();
        scope.close();
    }

    private TokenDrift drift(List<String> prompts, double guidance, boolean normalised) {
        return TokenDrift.measure(checkpoint, prompts, guidance, normalised, SETTINGS);
    }

    /** The velocity is one number everywhere: the deterministic sampler adds it to the noise it begins with. */
    private void makeTheHeadSay(float velocity) {
        checkpoint.weights().get("image_head.net.final_layer.linear.weight").zeroInPlace();
        Tensor bias = checkpoint.weights().get("image_head.net.final_layer.linear.bias");
        bias.copyInPlace(Tensors.full(velocity, DType.F32, bias.shape()));
    }

    @Test
    void mean_and_variance_of_known_tokens_are_told_place_by_place() {
        TokenProfile profile = new TokenProfile(2);
        profile.add(0, Tensors.of(new float[] {1, 3, -2, -2}, 2, 2));
        profile.add(1, Tensors.of(new float[] {0, 4, 10, 10}, 2, 2));
        profile.add(1, Tensors.of(new float[] {-3, 3}, 1, 2));
        // Tokens of mean 2 and variance 1, and -2 and 0; then 2 and 4, 10 and 0, 0 and 9.
        assertEquals(List.of(0.0, 4.0), profile.means());
        assertEquals(List.of(0.5, 13.0 / 3), profile.variances());
    }

    @Test
    void without_normalisation_tokens_are_reported_as_the_head_gives_them_however_many_there_are() {
        makeTheHeadSay(5);
        List<String> prompts =
                IntStream.range(0, 18).mapToObj(i -> "thing " + i).toList();
        TokenDrift drift = drift(prompts, 3, false);
        assertEquals(18, drift.pictures());
        assertEquals(TOKENS, drift.means().size());
        TokenProfile noise = new TokenProfile(TOKENS);
        for (int from = 0; from < 18; from += 16) {
            try (Rng rng = new Rng(TokenDrift.SEED + from)) {
                for (int place = 0; place < TOKENS; place++) {
                    noise.add(place, rng.normal(Math.min(16, 18 - from), 64));
                }
            }
        }
        for (int place = 0; place < TOKENS; place++) {
            assertEquals(5 + noise.means().get(place), drift.means().get(place), 1e-4);
            assertEquals(noise.variances().get(place), drift.variances().get(place), 1e-4);
        }
    }

    @Test
    void with_normalisation_tokens_stay_at_mean_0_and_variance_1_at_every_guidance() {
        makeTheHeadSay(5);
        for (double guidance : AutoencoderSuite.GUIDANCE) {
            TokenDrift drift = drift(PROMPTS, guidance, true);
            drift.means().forEach(mean -> assertEquals(0, mean, 1e-4));
            drift.variances().forEach(variance -> assertEquals(1, variance, 1e-3));
        }
    }

    @Test
    void guidance_moves_what_is_not_normalised_and_the_report_tells_both() {
        TokenDrift weak = drift(PROMPTS, 1, false);
        TokenDrift strong = drift(PROMPTS, 15, false);
        TokenDrift held = drift(PROMPTS, 15, true);
        double moved = Math.abs(strong.variances().getFirst() - weak.variances().getFirst());
        assertTrue(moved > 1e-5, weak + " and " + strong);
        List<String> names = strong.figures().stream().map(Figure::name).toList();
        assertEquals(8, names.size());
        assertEquals("guidance 15, quarter 4: token variance", names.getLast());
        assertEquals(
                List.of("guidance 15, normalised: token mean", "guidance 15, normalised: token variance"),
                held.figures().stream().map(Figure::name).toList());
        double last = strong.means().subList(12, 16).stream()
                .mapToDouble(m -> m)
                .average()
                .orElseThrow();
        assertEquals(last, strong.figures().get(6).value(), 1e-12);
        List<LineChart> charts = TokenDrift.charts(List.of(weak, held, strong));
        assertEquals(
                List.of(
                        "token mean, not normalised",
                        "token variance, not normalised",
                        "token mean, normalised",
                        "token variance, normalised"),
                charts.stream().map(LineChart::name).toList());
        assertEquals(
                List.of(
                        new LineChart.Line("guidance 1", weak.variances()),
                        new LineChart.Line("guidance 15", strong.variances())),
                charts.get(1).lines());
        assertEquals(
                List.of(new LineChart.Line("guidance 15", held.means())),
                charts.get(2).lines());
    }
}
