package stipple.train.objective;

import java.nio.file.Path;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigWriter;
import stipple.model.decode.PixelDecoders;
import stipple.model.files.AtomicFile;
import stipple.model.image.TokenGrid;
import stipple.model.load.LoadedAutoencoder;
import stipple.model.lora.LoraFiles;
import stipple.model.nn.Weights;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.train.files.FolderCopy;
import stipple.train.files.WeightFiles;
import stipple.train.recipe.NextStepRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.start.InitialWeights;
import stipple.train.start.ModelShapes;
import stipple.train.start.ModelWeights;
import stipple.train.start.StartPoint;
import stipple.train.start.Vocabulary;

/**
 * The model of a run with what belongs to it: both tokenizers, its shape, its weights, and how it is drawn with and
 * exported. Whatever a run optimises, this part is the same.
 */
public final class TrainedModel implements AutoCloseable {
    /** What a tokenizer's folder may hold beside {@code tokenizer.json}. */
    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt");

    private final Opened opened = new Opened();
    private final Recipe recipe;
    private final NextStepRecipe settings;
    private final StartPoint start;
    private final PromptTokenizer tokenizer;
    private final LoadedAutoencoder autoencoder;
    private final ModelConfig config;
    private final ModelWeights weights;

    /** Loads tokenizers and weights for a recipe, or makes the weights. */
    public TrainedModel(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.nextstep();
        try {
            this.start = StartPoint.of(settings);
            this.tokenizer = opened.add(start.tokenizer(settings));
            this.autoencoder =
                    opened.add(LoadedAutoencoder.load(start.autoencoderFolder(settings), DType.F32, Device.CPU));
            Vocabulary vocabulary = Vocabulary.of(tokenizer);
            this.config =
                    ModelShapes.of(recipe, start, vocabulary, autoencoder().config());
            this.weights = opened.add(InitialWeights.of(recipe, start, config, vocabulary));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Turns text into ids. */
    public PromptTokenizer tokenizer() {
        return tokenizer;
    }

    /** Turns pictures into latents and back; frozen. */
    public Autoencoder autoencoder() {
        return autoencoder.network();
    }

    /**
     * Decodes tokens of a grid; the caller closes it before the model.
     *
     * @param type of products, where there is a choice: float32 or bfloat16
     */
    public TokenPixels pixels(TokenGrid grid, DType type) {
        return new TokenPixels(
                PixelDecoders.of(autoencoder.network(), autoencoder.weights(), type), config.latent(), grid);
    }

    /** The shape. */
    public ModelConfig config() {
        return config;
    }

    /** All weights, and which of them are trained. */
    public ModelWeights weights() {
        return weights;
    }

    /** The network in the run's type of activations, with other values for what is trained. */
    public NextStepModel with(Weights chosen) {
        return new NextStepModel(config, weights.with(chosen), recipe.compute());
    }

    /** Draws the prompts of the recipe; writes nothing if there are none. */
    public void draw(Weights chosen, Path file) {
        if (!recipe.samples().prompts().isEmpty()) {
            // Exact arithmetic, so that a grid shows the model and not the rounding.
            NextStepModel drawer = new NextStepModel(config, weights.with(chosen), DType.F32);
            SampleDrawer.draw(drawer, this, recipe, file);
        }
    }

    /** Writes a whole model, or with LoRA an adapter in the layout of PEFT. */
    public void export(Weights chosen, Path folder) {
        Weights adapters = weights.adapters(chosen);
        if (adapters != null) {
            LoraFiles.write(folder, recipe.lora().config(), adapters, settings.init(), config.tasks());
            return;
        }
        ModelConfigWriter.write(folder, config, settings.exportType());
        WeightFiles.writeShards(folder, weights.with(chosen), settings.exportType());
        FolderCopy.named(start.tokenizerFolder(settings), folder, TOKENIZER_FILES);
        AtomicFile.write(folder.resolve("tokenizer.json"), tokenizer.json());
        FolderCopy.files(start.autoencoderFolder(settings), folder.resolve("vae"), ".json", ".safetensors", ".pt");
    }

    /**
     * What a row costs there and back.
     *
     * @param textTokens of a row
     * @param imageTokens of a row
     */
    public Workload workload(double textTokens, double imageTokens) {
        return NextStepCost.of(
                config,
                textTokens,
                imageTokens,
                config.flowHead().batchMul(),
                recipe.compute(),
                settings.activationCheckpointing(),
                recipe.lora() != null);
    }

    @Override
    public void close() {
        opened.close();
    }
}
