package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.config.GenerationDefaults;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.NoiseSource;
import stipple.model.generate.Samplers;
import stipple.model.generate.TokenLoop;
import stipple.model.generate.TokenSettings;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.text.PaddedRows;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.files.PictureGrid;
import stipple.train.recipe.Recipe;

/** Draws the fixed prompts of a recipe in one batch, with a fixed seed, to see a run's progress. */
final class SampleDrawer {
    private static final int COLUMNS = 8;

    private SampleDrawer() {}

    static void draw(NextStepModel model, TrainedModel trained, Recipe recipe, Path file) {
        GenerationDefaults defaults = model.config().generation();
        TokenGrid grid = new ImageSize(defaults.width(), defaults.height())
                .grid(model.config().latent().pixelsPerToken());
        PromptRows maker = new PromptRows(trained.tokenizer(), model.config());
        List<PromptRow> conditional = recipe.samples().prompts().stream()
                .map(prompt -> maker.textToImage(prompt, "", grid))
                .toList();
        Guidance guidance = new Guidance(defaults.cfg(), 1);
        List<PromptRow> further = guidance.branches() > 1 ? List.of(maker.unconditional("", grid)) : List.of();
        PaddedRows rows = PaddedRows.left(
                PromptRows.blocks(conditional, further), model.config().tokens().pad());
        TokenSettings settings = new TokenSettings(
                grid.count(),
                guidance,
                defaults.cfgSchedule(),
                Samplers.of(defaults.sampler(), EstimateSampler.DEFAULT_NOISE_LEVEL),
                defaults.steps(),
                defaults.shift(),
                defaults.useNorm(),
                defaults.contextNoise());
        int n = conditional.size();
        try (Scope scope = Scope.open();
                TokenPixels pixels = trained.pixels(grid, DType.F32);
                Rng rng = new Rng(recipe.seed())) {
            Tensor embeds = Autograd.off(() -> model.embed(rows.ids(), null));
            NoiseSource noise = NoiseSource.of(rng, n, model.config().latent().tokenWidth());
            List<Tensor> tokens = new ArrayList<>();
            try (TokenLoop loop = new TokenLoop(model, embeds, rows.mask(), n, settings, noise)) {
                while (loop.hasNext()) {
                    tokens.add(loop.next());
                }
            }
            PictureGrid.write(pixels.decode(Tensors.stack(tokens, 1)), COLUMNS, file);
        }
    }
}
