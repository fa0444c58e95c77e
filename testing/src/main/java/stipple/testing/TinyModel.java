package stipple.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.data.bpe.BpeTrainer;
import stipple.data.bpe.TokenizerFiles;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.TensorSource;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigWriter;
import stipple.model.config.SamplerKind;
import stipple.model.config.SpecialTokens;
import stipple.model.config.VaeConfig;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;

/** A checkpoint of random weights in the released layout that draws 16 tokens in a blink. */
public final class TinyModel {
    private TinyModel() {}

    /** Writes a complete checkpoint, autoencoder and tokenizer included; the same seed gives the same bytes. */
    public static Path write(Path folder, long seed) {
        return write(folder, seed, 64);
    }

    /**
     * The same weights for larger pictures: for tests in which something must still be going on, however fast the machine
     * is. At 512 a few pictures of many steps take a minute.
     *
     * @param side pixels of a square picture, a multiple of 16
     */
    public static Path write(Path folder, long seed, int side) {
        TokenizerFiles tokenizer = BpeTrainer.train(List.of("a red apple", "a green pear", "make it blue"), 260);
        tokenizer.write(folder);
        ModelConfig config = config(tokenizer, side);
        ModelConfigWriter.write(folder, config, DType.F32);
        try (Weights weights = FreshWeights.nextStep(BackboneNames.expected(config), 0.3, seed)) {
            wake(weights, seed);
            save(folder.resolve("model.safetensors"), weights);
        }
        VaeConfig vae = new VaeConfig(64, 3, 3, 32, List.of(1, 1, 1, 1), 1, 16, 1, 0, true, true, 2, 0);
        vae.write(folder.resolve("vae"));
        try (Weights weights = FreshWeights.autoencoder(new VaeNames(vae).expected(), seed + 1)) {
            save(folder.resolve("vae/model.safetensors"), weights);
        }
        return folder;
    }

    private static void save(Path file, Weights weights) {
        List<TensorSource> tensors = new ArrayList<>();
        weights.all()
                .forEach((name, tensor) ->
                        tensors.add(new TensorSource(name, tensor.dtype(), tensor.shape(), tensor::bytes)));
        SafetensorsWriter.write(file, tensors, Map.of());
    }

    /** Fresh heads begin at zero, so that nothing would depend on the prompt; random ones do. */
    private static void wake(Weights weights, long seed) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed + 2)) {
            for (String name : List.copyOf(weights.names())) {
                if (name.contains("adaLN_modulation") || name.contains("final_layer")) {
                    weights.put(name, rng.normal(weights.get(name).shape()).mul(0.2));
                }
            }
        }
    }

    private static ModelConfig config(TokenizerFiles tokenizer, int side) {
        int special = tokenizer.baseSize();
        List<String> names = TokenizerFiles.SPECIAL_TOKENS;
        SpecialTokens tokens = new SpecialTokens(
                special + names.indexOf("<|begin_of_image|>"),
                special + names.indexOf("<|end_of_image|>"),
                special + names.indexOf("<|image_placeholder|>"),
                special + names.indexOf(TokenizerFiles.PAD),
                special + names.indexOf(TokenizerFiles.END_OF_TEXT));
        return new ModelConfig(
                new BackboneConfig(
                        32, 2, 2, 1, 16, 64, 1e-6, 10000, tokenizer.totalSize(), 8192, false, true, false, 0.02, true),
                new FlowHeadConfig(32, 2, 1, 1),
                new LatentConfig(8, 2, 16),
                new LossConfig(0.01, 1, false, 0),
                tokens,
                false,
                4,
                false,
                "vae",
                ConfigDialect.A,
                new GenerationDefaults(
                        side,
                        side,
                        3,
                        2,
                        1.5,
                        1,
                        SamplerKind.S3_SDE,
                        false,
                        0,
                        GuidanceSchedule.CONSTANT,
                        "",
                        "",
                        List.of()));
    }
}
