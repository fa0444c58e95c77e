package stipple.model.generate;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.ModelConfig;
import stipple.model.flow.Guidance;
import stipple.model.flow.NoiseSource;
import stipple.model.image.ImageFit;
import stipple.model.image.PixelImage;
import stipple.model.image.TokenGrid;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.model.text.SpecialText;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/**
 * Draws pictures: the one way from a {@link GenerationRequest} to pixels for the command line, the library and the
 * server. Calls into it must come from one thread at a time.
 *
 * <pre>{@code
 * try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, LoadOptions.DEFAULT)) {
 *     GenerationEngine engine = new GenerationEngine(checkpoint);
 *     GenerationRequest request = GenerationRequest.with(engine.config().generation()).prompt("a red apple").build();
 *     try (Generation generation = engine.generate(request)) {
 *         while (generation.hasNext()) {
 *             if (generation.next() instanceof GenerationEvent.PictureFinished done) { ... }
 *         }
 *     }
 * }
 * }</pre>
 */
public final class GenerationEngine {
    private static final int GREY = 128;

    private final NextStepCheckpoint checkpoint;

    /** An engine over a checkpoint, which it does not close. */
    public GenerationEngine(NextStepCheckpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** What the model is. */
    public ModelConfig config() {
        return checkpoint.config();
    }

    /**
     * Checks a request and prepares its prompt; drawing begins with the first event asked for.
     *
     * @throws stipple.torch.UserException if the prompt or the size does not suit the model
     */
    public Generation generate(GenerationRequest request) {
        SupportedSizes.of(config()).require(request.size());
        try (Scope scope = Scope.open()) {
            return new Generation(this, request, prepare(request));
        }
    }

    private PreparedPrompt prepare(GenerationRequest request) {
        TokenGrid grid = request.size().grid(config().latent().pixelsPerToken());
        Guidance guidance = new Guidance(request.cfg(), request.cfgImage());
        PromptRows rows = new PromptRows(checkpoint.tokenizer(), config());
        List<PromptRow> blocks = new ArrayList<>();
        if (request.input() == null) {
            blocks.add(rows.textToImage(request.prompt(), request.positive(), grid));
            if (guidance.branches() > 1) {
                blocks.add(rows.unconditional(request.negative(), grid));
            }
            return new PreparedPrompt(blocks, config().tokens().pad(), null);
        }
        blocks.add(rows.edit(tagged(request.prompt()), request.positive(), List.of(grid), grid));
        if (guidance.branches() > 2) {
            blocks.add(rows.imageAndNegative(grid, request.negative(), grid));
        }
        if (guidance.branches() > 1) {
            blocks.add(rows.unconditional(request.negative(), grid));
        }
        Tensor tokens = encode(ImageFit.crop(request.input(), request.size()));
        Tensor images = guidance.branches() > 2 ? tokens.repeat(2, 1) : tokens;
        return new PreparedPrompt(blocks, config().tokens().pad(), images);
    }

    /** An instruction that does not say where its picture goes gets it in front, as the reference's users write it. */
    private static String tagged(String instruction) {
        return instruction.contains(SpecialText.IMAGE_TAG) ? instruction : SpecialText.IMAGE_TAG + instruction;
    }

    TokenLoop start(PreparedPrompt prompt, GenerationRequest request, TokenGrid grid, NoiseSource noise) {
        try (Scope scope = Scope.open()) {
            Tensor embeds = Autograd.off(() -> checkpoint.model().embed(prompt.ids(), prompt.images()));
            TokenSettings settings = new TokenSettings(
                    grid.count(),
                    new Guidance(request.cfg(), request.cfgImage()),
                    request.cfgSchedule(),
                    Samplers.of(request.sampler(), request.noiseLevel()),
                    request.steps(),
                    request.shift(),
                    request.useNorm());
            return new TokenLoop(checkpoint.model(), embeds, prompt.mask(), 1, settings, noise);
        }
    }

    /** Encodes a picture to image tokens {@code [k, token]} in the caller's scope. */
    private Tensor encode(PixelImage image) {
        return Autograd.off(() -> {
            Tensor latents = checkpoint.autoencoder().latents(PixelTensors.of(image));
            return Patches.unfold(latents, config().latent().patch()).squeeze(0);
        });
    }

    /** Decodes tokens {@code [1, k, token]}. */
    PixelImage decode(Tensor tokens, TokenGrid grid) {
        try (Scope scope = Scope.open()) {
            int patch = config().latent().patch();
            long[] shape = {1, config().latent().channels(), (long) grid.rows() * patch, (long) grid.columns() * patch};
            Tensor latents = Patches.fold(tokens, shape, patch);
            return PixelTensors.image(
                    Autograd.off(() -> checkpoint.autoencoder().pixels(latents)));
        }
    }

    /** Decodes the rows that are there and leaves the rest grey. */
    PixelImage decodePartial(Tensor tokens, int rows, TokenGrid grid) {
        PixelImage top = decode(tokens, new TokenGrid(rows, grid.columns()));
        int height = grid.rows() * config().latent().pixelsPerToken();
        byte[] rgb = new byte[height * top.width() * PixelImage.CHANNELS];
        java.util.Arrays.fill(rgb, (byte) GREY);
        System.arraycopy(top.rgb(), 0, rgb, 0, top.rgb().length);
        return new PixelImage(top.width(), height, rgb);
    }
}
