package stipple.model.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.GenerationPositions;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeConfig;
import stipple.model.config.VaeLocation;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.DecodeBackends;
import stipple.model.decode.PixelDecoder;
import stipple.model.decode.PixelDecoders;
import stipple.model.lora.AdapterChoice;
import stipple.model.lora.Lora;
import stipple.model.lora.LoraFiles;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.model.text.PromptTokenizer;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.UserException;

/**
 * A complete checkpoint in memory: model, image tokenizer and text tokenizer, loaded unchanged from a folder in the
 * released layout (reference §1). Closing it frees all of it.
 */
public final class NextStepCheckpoint implements AutoCloseable {
    private final Path folder;
    private final NextStepModel model;
    private final LoadedAutoencoder autoencoder;
    private final PromptTokenizer tokenizer;
    private final Weights weights;
    private DecodeBackend decoder;
    private PixelDecoder pixels;

    private NextStepCheckpoint(
            Path folder,
            NextStepModel model,
            LoadedAutoencoder autoencoder,
            PromptTokenizer tokenizer,
            Weights weights) {
        this.folder = folder;
        this.model = model;
        this.autoencoder = autoencoder;
        this.tokenizer = tokenizer;
        this.weights = weights;
    }

    /**
     * Loads a checkpoint.
     *
     * @throws UserException if the folder is no checkpoint or anything in it is missing or malformed
     */
    public static NextStepCheckpoint load(Path folder, LoadOptions options) {
        if (!Files.isDirectory(folder)) {
            throw new UserException("No model folder at " + folder);
        }
        ModelConfig config = ModelConfigReader.read(folder);
        if (options.roundedRope() != null) {
            config = config.withBackbone(config.backbone().withRoundedRope(options.roundedRope()));
        }
        config = LoraFiles.taught(config, options.adapters());
        CheckpointFiles files = CheckpointFiles.open(folder);
        Weights weights = null;
        LoadedAutoencoder autoencoder = null;
        try {
            config = StoredPositions.describe(config, files);
            List<ExpectedTensor> expected = BackboneNames.expected(config);
            DType type = options.typeFor(BackboneNames.parameters(config));
            weights =
                    WeightsLoader.load(files, files.tensors(), expected, type, options.device(), quantisation(options));
            addGenerationPositions(config, weights, options);
            addAdapters(weights, options);
            autoencoder = LoadedAutoencoder.load(VaeLocation.find(folder, config), type, options.device());
            PromptTokenizer tokenizer =
                    Files.isRegularFile(folder.resolve("tokenizer.json")) ? PromptTokenizer.open(folder, config) : null;
            return new NextStepCheckpoint(
                    folder, new NextStepModel(config, weights, type), autoencoder, tokenizer, weights);
        } catch (RuntimeException e) {
            if (autoencoder != null) {
                autoencoder.close();
            }
            if (weights != null) {
                weights.close();
            } else {
                files.close();
            }
            throw e;
        }
    }

    private static Quantisation quantisation(LoadOptions options) {
        if (options.quantisation() != null) {
            options.quantisation().requireOn(options.device());
        }
        return options.quantisation();
    }

    private static void addAdapters(Weights weights, LoadOptions options) {
        if (options.quantisation() != null && !options.adapters().isEmpty()) {
            throw new UserException("An adapter cannot be added to weights that are rounded to "
                    + options.quantisation().id() + "; merge it into a copy of the model first (stipple convert"
                    + " --merge-lora) or leave the rounding out");
        }
        for (AdapterChoice choice : options.adapters()) {
            try (Weights adapters = LoraFiles.read(choice.folder(), options.device())) {
                Lora.merge(weights, adapters, choice.scale());
            }
        }
    }

    /**
     * Random weights in their final format, to measure speed with: nothing is read from disk or written to it.
     *
     * @param name stands for the folder in messages
     */
    public static NextStepCheckpoint synthetic(
            String name, ModelConfig config, VaeConfig vae, LoadOptions options, long seed) {
        List<ExpectedTensor> expected = BackboneNames.expected(config);
        DType type = options.typeFor(BackboneNames.parameters(config));
        Weights weights = SyntheticWeights.of(expected, type, options.device(), quantisation(options), seed);
        LoadedAutoencoder autoencoder = null;
        try {
            addGenerationPositions(config, weights, options);
            autoencoder = LoadedAutoencoder.synthetic(vae, type, options.device(), seed + 1);
            return new NextStepCheckpoint(
                    Path.of(name),
                    new NextStepModel(config, weights, type),
                    autoencoder,
                    SyntheticTokenizer.open(config),
                    weights);
        } catch (RuntimeException e) {
            if (autoencoder != null) {
                autoencoder.close();
            }
            weights.close();
            throw e;
        }
    }

    /** Checkpoints may use the position table without storing it; it is a fixed function of its size. */
    private static void addGenerationPositions(ModelConfig config, Weights weights, LoadOptions options) {
        if (config.useGenPosEmbed() && weights.find(StoredPositions.NAME) == null) {
            try (Scope scope = Scope.open()) {
                weights.put(
                        StoredPositions.NAME,
                        GenerationPositions.table(
                                        config.baseImageGridSize(),
                                        config.backbone().hidden())
                                .to(options.device()));
            }
        }
    }

    /** Where it was loaded from. */
    public Path folder() {
        return folder;
    }

    /** What it is. */
    public ModelConfig config() {
        return model.config();
    }

    /** The model. */
    public NextStepModel model() {
        return model;
    }

    /** The parameters that the model is a view of, by their released names. */
    public Weights weights() {
        return weights;
    }

    /** The image tokenizer's parameters, by their canonical names. */
    public Weights autoencoderWeights() {
        return autoencoder.weights();
    }

    /** The image tokenizer. */
    public Autoencoder autoencoder() {
        return autoencoder.network();
    }

    /**
     * The text tokenizer.
     *
     * @throws UserException if the folder has none
     */
    public PromptTokenizer tokenizer() {
        if (tokenizer == null) {
            throw new UserException(folder + " has no tokenizer.json, so prompts cannot be read");
        }
        return tokenizer;
    }

    /** What draws image tokens with this model; made when first asked for and closed with the checkpoint. */
    public synchronized DecodeBackend decoder() {
        if (decoder == null) {
            decoder = DecodeBackends.of(model);
        }
        return decoder;
    }

    /** What turns latents into pixels when drawing; made when first asked for and closed with the checkpoint. */
    public synchronized PixelDecoder pixelDecoder() {
        if (pixels == null) {
            pixels = PixelDecoders.of(autoencoder.network(), autoencoder.weights());
        }
        return pixels;
    }

    /** Parameters of the model and the image tokenizer. */
    public long parameters() {
        return weights.count() + autoencoder.weights().count();
    }

    /** Type of weights and activations. */
    public DType dtype() {
        return model.backbone().compute();
    }

    @Override
    public synchronized void close() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
        if (pixels != null) {
            pixels.close();
            pixels = null;
        }
        if (tokenizer != null) {
            tokenizer.close();
        }
        autoencoder.close();
        weights.close();
    }
}
