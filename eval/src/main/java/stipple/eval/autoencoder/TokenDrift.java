package stipple.eval.autoencoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import stipple.eval.report.Figure;
import stipple.eval.run.DrawSettings;
import stipple.model.NextStepModel;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.NoiseSource;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.Samplers;
import stipple.model.generate.TokenLoop;
import stipple.model.generate.TokenSettings;
import stipple.model.image.TokenGrid;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.text.PaddedRows;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/**
 * How the mean and variance of tokens move along a picture while it is drawn, guidance by guidance (paper §4.2: with strong
 * guidance tokens run away where the latent space is not normalised). Tokens are taken as the head gives them and fed back so,
 * without the normalisation after sampling, which would hide the drift.
 */
final class TokenDrift {
    /** Parts of the sequence that are compared. */
    private static final int PARTS = 4;

    private TokenDrift() {}

    /**
     * Draws the prompts side by side.
     *
     * @param guidance the scale, constant over the sequence or as the model's schedule moves it
     * @return for each quarter of the sequence the mean and the variance of a token
     */
    static List<Figure> measure(
            NextStepCheckpoint checkpoint, List<String> prompts, double guidance, long seed, DrawSettings settings) {
        NextStepModel model = checkpoint.model();
        GenerationRequest request = settings.sample(checkpoint.config());
        TokenGrid grid = request.size().grid(checkpoint.config().latent().pixelsPerToken());
        PromptRows maker = new PromptRows(checkpoint.tokenizer(), checkpoint.config());
        List<PromptRow> conditional = prompts.stream()
                .map(prompt -> maker.textToImage(prompt, request.positive(), grid))
                .toList();
        Guidance scale = new Guidance(guidance, 1);
        List<PromptRow> further =
                scale.branches() > 1 ? List.of(maker.unconditional(request.negative(), grid)) : List.of();
        PaddedRows rows = PaddedRows.left(
                PromptRows.blocks(conditional, further),
                checkpoint.config().tokens().pad());
        TokenSettings tokens = new TokenSettings(
                grid.count(),
                scale,
                request.cfgSchedule(),
                Samplers.of(request.sampler(), EstimateSampler.DEFAULT_NOISE_LEVEL),
                request.steps(),
                request.shift(),
                false);
        double[] means = new double[grid.count()];
        double[] variances = new double[grid.count()];
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed)) {
            Tensor embeds = Autograd.off(() -> model.embed(rows.ids(), null));
            NoiseSource noise = NoiseSource.of(
                    rng, prompts.size(), checkpoint.config().latent().tokenWidth());
            try (TokenLoop loop = new TokenLoop(model, embeds, rows.mask(), prompts.size(), tokens, noise)) {
                for (int at = 0; loop.hasNext(); at++) {
                    try (Scope step = Scope.open()) {
                        Tensor token = loop.next();
                        Tensor mean = token.mean(-1);
                        means[at] = mean.mean().item();
                        variances[at] = token.sub(mean).square().mean().item();
                    }
                }
            }
        }
        return figures(guidance, means, variances, prompts.size());
    }

    private static List<Figure> figures(double guidance, double[] means, double[] variances, int count) {
        List<Figure> figures = new ArrayList<>();
        String name = String.format(
                Locale.ROOT, "guidance %s, quarter ", Double.toString(guidance).replace(".0", ""));
        for (int part = 0; part < PARTS; part++) {
            int from = part * means.length / PARTS;
            int to = Math.max(from + 1, (part + 1) * means.length / PARTS);
            figures.add(new Figure(name + (part + 1) + ": token mean", average(means, from, to), null, count, ""));
            figures.add(
                    new Figure(name + (part + 1) + ": token variance", average(variances, from, to), null, count, ""));
        }
        return figures;
    }

    private static double average(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }
}
