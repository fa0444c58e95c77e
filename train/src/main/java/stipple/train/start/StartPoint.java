package stipple.train.start;

import java.nio.file.Files;
import java.nio.file.Path;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeLocation;
import stipple.model.files.JsonObjectFile;
import stipple.model.lora.LoraFiles;
import stipple.model.text.PromptTokenizer;
import stipple.torch.UserException;
import stipple.train.recipe.NextStepRecipe;

/** What the weights of a run are before its first step. */
public sealed interface StartPoint {
    /** Random weights of the recipe's shape. */
    record Scratch() implements StartPoint {}

    /**
     * A whole model: an earlier stage, or a released checkpoint.
     *
     * @param folder in the released layout
     * @param config what it says of itself
     */
    record Checkpoint(Path folder, ModelConfig config) implements StartPoint {}

    /**
     * A language model that has never seen a picture: Qwen2 or Qwen2.5 as Hugging Face stores them.
     *
     * @param folder with config, weights and tokenizer
     * @param backbone what the config says
     */
    record LanguageModel(Path folder, BackboneConfig backbone) implements StartPoint {}

    /**
     * What a recipe names.
     *
     * @throws UserException if there is nothing, or something that no run can start from
     */
    static StartPoint of(NextStepRecipe recipe) {
        if (recipe.init() == null) {
            return new Scratch();
        }
        Path folder = Path.of(recipe.init());
        if (!Files.isDirectory(folder)) {
            throw new UserException("Recipe: nextstep.init: there is no folder " + folder
                    + "; an earlier stage leaves its model in the folder 'model' of its output");
        }
        if (LoraFiles.in(folder)) {
            throw new UserException("Recipe: nextstep.init: " + folder
                    + " holds a LoRA adapter; merge it first: ./stipple convert BASE --merge-lora " + folder
                    + " -o DIR");
        }
        if (JsonObjectFile.read(folder.resolve(ModelConfigReader.FILE)).has("boi")) {
            ModelConfig config = ModelConfigReader.read(folder);
            if (config.useGenPosEmbed()) {
                throw new UserException("Recipe: nextstep.init: " + folder
                        + " uses a generation position table (use_gen_pos_embed), which training does not know");
            }
            return new Checkpoint(folder, config);
        }
        BackboneConfig backbone = ModelConfigReader.readBackbone(folder);
        if (backbone.tied() && !recipe.untie()) {
            throw new UserException("Recipe: nextstep.init: the language head of " + folder
                    + " shares its weights with the embedding (tie_word_embeddings); set nextstep.untie: true to give it"
                    + " a copy of its own, " + (long) backbone.vocab() * backbone.hidden()
                    + " parameters more");
        }
        return new LanguageModel(folder, backbone);
    }

    /** The text tokenizer of a run. */
    default PromptTokenizer tokenizer(NextStepRecipe recipe) {
        return switch (this) {
            case Scratch scratch -> PromptTokenizer.open(Path.of(recipe.tokenizer()));
            case Checkpoint checkpoint ->
                PromptTokenizer.open(tokenizerFolder(recipe, checkpoint.folder()), checkpoint.config());
            case LanguageModel model -> PromptTokenizer.openExtended(tokenizerFolder(recipe, model.folder()));
        };
    }

    /** Where the text tokenizer of a run lies. */
    default Path tokenizerFolder(NextStepRecipe recipe) {
        return switch (this) {
            case Scratch scratch -> Path.of(recipe.tokenizer());
            case Checkpoint checkpoint -> tokenizerFolder(recipe, checkpoint.folder());
            case LanguageModel model -> tokenizerFolder(recipe, model.folder());
        };
    }

    private static Path tokenizerFolder(NextStepRecipe recipe, Path init) {
        return recipe.tokenizer() == null ? init : Path.of(recipe.tokenizer());
    }

    /**
     * Where the image tokenizer of a run lies.
     *
     * @throws UserException if the recipe names none and a language model has none
     */
    default Path autoencoderFolder(NextStepRecipe recipe) {
        if (recipe.autoencoder() != null) {
            return Path.of(recipe.autoencoder());
        }
        if (this instanceof Checkpoint checkpoint) {
            return VaeLocation.find(checkpoint.folder(), checkpoint.config());
        }
        throw new UserException("Recipe: the key 'nextstep.autoencoder' is missing; a language model has no image"
                + " tokenizer of its own");
    }
}
