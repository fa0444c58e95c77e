package stipple.eval.autoencoder;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import stipple.eval.report.Figure;
import stipple.eval.report.LineChart;
import stipple.eval.run.DrawSettings;
import stipple.model.NextStepModel;
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
 * How the mean and variance of tokens move along a picture while it is drawn at one guidance: as they are fed back, with the
 * normalisation after sampling or without it (paper §4.2: with strong guidance tokens run away where nothing normalises them).
 *
 * @param guidance the scale, constant over the sequence or as the model's schedule moves it
 * @param normalised whether each token was normalised before it was fed back, whatever the model's own setting
 * @param pictures drawn
 * @param means of a token by its place in the sequence
 * @param variances the same
 */
record TokenDrift(double guidance, boolean normalised, int pictures, List<Double> means, List<Double> variances) {
    /** Of the first pictures; further ones have the next. All guidances begin with the same noise. */
    static final long SEED = 1;

    /** Parts of the sequence that are told in figures. */
    private static final int PARTS = 4;

    /** Pictures drawn side by side. */
    private static final int SIDE_BY_SIDE = 16;

    /** Draws the prompts. */
    static TokenDrift measure(
            NextStepCheckpoint checkpoint,
            List<String> prompts,
            double guidance,
            boolean normalised,
            DrawSettings settings) {
        GenerationRequest request = settings.sample(checkpoint.config());
        TokenGrid grid = request.size().grid(checkpoint.config().latent().pixelsPerToken());
        TokenSettings tokens = new TokenSettings(
                grid.count(),
                new Guidance(guidance, 1),
                request.cfgSchedule(),
                Samplers.of(request.sampler(), request.noiseLevel()),
                request.steps(),
                request.shift(),
                normalised,
                request.contextNoise());
        TokenProfile profile = new TokenProfile(grid.count());
        for (int from = 0; from < prompts.size(); from += SIDE_BY_SIDE) {
            List<String> some = prompts.subList(from, Math.min(prompts.size(), from + SIDE_BY_SIDE));
            draw(checkpoint, rows(checkpoint, some, request, grid, tokens), some.size(), tokens, SEED + from, profile);
        }
        return new TokenDrift(guidance, normalised, prompts.size(), profile.means(), profile.variances());
    }

    private static PaddedRows rows(
            NextStepCheckpoint checkpoint,
            List<String> prompts,
            GenerationRequest request,
            TokenGrid grid,
            TokenSettings tokens) {
        PromptRows maker = new PromptRows(checkpoint.tokenizer(), checkpoint.config());
        List<PromptRow> conditional = prompts.stream()
                .map(prompt -> maker.textToImage(prompt, request.positive(), grid))
                .toList();
        List<PromptRow> further =
                tokens.guidance().branches() > 1 ? List.of(maker.unconditional(request.negative(), grid)) : List.of();
        return PaddedRows.left(
                PromptRows.blocks(conditional, further),
                checkpoint.config().tokens().pad());
    }

    private static void draw(
            NextStepCheckpoint checkpoint,
            PaddedRows rows,
            int pictures,
            TokenSettings tokens,
            long seed,
            TokenProfile profile) {
        NextStepModel model = checkpoint.model();
        int width = checkpoint.config().latent().tokenWidth();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed)) {
            Tensor embeds = Autograd.off(() -> model.embed(rows.ids(), null));
            NoiseSource noise = NoiseSource.of(rng, pictures, width);
            try (TokenLoop loop = new TokenLoop(model, embeds, rows.mask(), pictures, tokens, noise)) {
                while (loop.hasNext()) {
                    try (Scope step = Scope.open()) {
                        int place = loop.done();
                        profile.add(place, loop.next());
                    }
                }
            }
        }
    }

    /** Mean and variance: of each quarter of the sequence, or, normalised, where they hardly move, of all of it. */
    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        int parts = normalised ? 1 : PARTS;
        for (int part = 0; part < parts; part++) {
            int from = part * means.size() / parts;
            int to = Math.max(from + 1, (part + 1) * means.size() / parts);
            String name = line() + (normalised ? ", normalised: " : ", quarter " + (part + 1) + ": ");
            figures.add(new Figure(name + "token mean", average(means.subList(from, to)), null, pictures, ""));
            figures.add(new Figure(name + "token variance", average(variances.subList(from, to)), null, pictures, ""));
        }
        return figures;
    }

    /** Lines over the sequence, one for each guidance: mean and variance, without normalisation and with it. */
    static List<LineChart> charts(List<TokenDrift> all) {
        List<LineChart> charts = new ArrayList<>();
        for (boolean with : new boolean[] {false, true}) {
            List<TokenDrift> some =
                    all.stream().filter(drift -> drift.normalised == with).toList();
            if (!some.isEmpty()) {
                String how = with ? ", normalised" : ", not normalised";
                charts.add(chart("token mean" + how, -1, 1, some, TokenDrift::means));
                charts.add(chart("token variance" + how, 0.5, 2, some, TokenDrift::variances));
            }
        }
        return charts;
    }

    private static LineChart chart(
            String name, double low, double high, List<TokenDrift> drifts, Function<TokenDrift, List<Double>> values) {
        return new LineChart(
                name,
                "token",
                low,
                high,
                drifts.stream()
                        .map(drift -> new LineChart.Line(drift.line(), values.apply(drift)))
                        .toList());
    }

    private String line() {
        return ("guidance " + guidance).replaceFirst("\\.0$", "");
    }

    private static double average(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
