package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.SolverProgram;
import stipple.model.text.PromptRow;
import stipple.torch.Rng;
import stipple.torch.Scope;

/** Pictures drawn side by side by a backend from fixed prompts and noise, and how far two drawings are apart. */
final class PlannedPictures {
    static final int[] CONDITION = {1, 2, 3, 4, 5, 6, 7, 28};
    static final int[] NEGATIVE = {9, 28};
    private static final int[] PICTURE_TOO = {8, 7, 28, OddNetwork.PLACEHOLDER, OddNetwork.PLACEHOLDER, 29, 3, 28};

    private PlannedPictures() {}

    static SolverProgram sde(int steps) {
        return new EstimateSampler(EstimateSampler.Mode.SDE, 0.8).program(steps, 1);
    }

    /** One picture to draw, with its own noise. */
    record Plan(
            SolverProgram program, Guidance guidance, int tokens, long seed, boolean normalize, double contextNoise) {
        Plan(SolverProgram program, Guidance guidance, int tokens, long seed, boolean normalize) {
            this(program, guidance, tokens, seed, normalize, 0);
        }

        TokenDraw draw(DecodeBackend.Picture picture, int token) {
            float[][] noise = new float[1 + program.draws() + ContextNoise.draws(contextNoise)][];
            try (Scope scope = Scope.open();
                    Rng rng = new Rng(1000 * seed + token)) {
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = rng.normal(20).toFloats();
                }
            }
            return new TokenDraw(picture, program, guidance, normalize, noise, contextNoise, Set.of());
        }
    }

    /** Draws pictures side by side, each until its end. */
    static List<float[][]> drawn(DecodeBackend backend, List<Plan> plans) {
        try (backend) {
            return run(backend, plans);
        }
    }

    static List<float[][]> run(DecodeBackend backend, List<Plan> plans) {
        float[] image = new float[40];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) Math.sin(i);
        }
        Prompt conditional = backend.read(new PromptRow(CONDITION), new float[0]);
        Prompt between = backend.read(new PromptRow(PICTURE_TOO), image);
        Prompt negative = backend.read(new PromptRow(NEGATIVE), new float[0]);
        List<DecodeBackend.Picture> pictures = new ArrayList<>();
        List<float[][]> tokens = new ArrayList<>();
        for (Plan plan : plans) {
            List<Prompt> branches = switch (plan.guidance.branches()) {
                case 1 -> List.of(conditional);
                case 2 -> List.of(conditional, negative);
                default -> List.of(conditional, between, negative);
            };
            pictures.add(backend.begin(branches, plan.tokens, 0));
            tokens.add(new float[plan.tokens][]);
        }
        for (Prompt prompt : List.of(conditional, between, negative)) {
            prompt.release();
        }
        int longest = plans.stream().mapToInt(Plan::tokens).max().orElseThrow();
        for (int token = 0; token < longest; token++) {
            List<TokenDraw> draws = new ArrayList<>();
            List<Integer> whose = new ArrayList<>();
            for (int i = 0; i < plans.size(); i++) {
                if (token < plans.get(i).tokens) {
                    draws.add(plans.get(i).draw(pictures.get(i), token));
                    whose.add(i);
                }
            }
            backend.advance(draws);
            for (int i = 0; i < draws.size(); i++) {
                assertNull(draws.get(i).failure());
                tokens.get(whose.get(i))[token] = draws.get(i).token();
            }
        }
        pictures.forEach(DecodeBackend.Picture::close);
        return tokens;
    }

    static float[][] fromPrompt(DecodeBackend backend, int[] ids, Plan plan) {
        return fromPrompt(backend, backend.read(new PromptRow(ids), new float[0]), plan);
    }

    static float[][] fromPrompt(DecodeBackend backend, Prompt prompt, Plan plan) {
        float[][] tokens = new float[plan.tokens][];
        try (DecodeBackend.Picture picture = backend.begin(List.of(prompt), plan.tokens, 0)) {
            for (int i = 0; i < tokens.length; i++) {
                TokenDraw draw = plan.draw(picture, i);
                backend.advance(List.of(draw));
                tokens[i] = draw.token();
            }
        }
        prompt.release();
        return tokens;
    }

    static void assertEqualBits(float[][] expected, float[][] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], "token " + i);
        }
    }

    static void assertClose(float[][] expected, float[][] actual, double tolerance) {
        double distance = distance(expected, actual);
        assertTrue(distance <= tolerance, "relative distance " + distance);
    }

    /** Largest difference over the largest magnitude. */
    static double distance(float[][] expected, float[][] actual) {
        double worst = 0;
        double scale = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < expected[i].length; k++) {
                worst = Math.max(worst, Math.abs((double) expected[i][k] - actual[i][k]));
                scale = Math.max(scale, Math.abs(expected[i][k]));
            }
        }
        return Double.isNaN(worst / scale) ? Double.POSITIVE_INFINITY : worst / scale;
    }
}
