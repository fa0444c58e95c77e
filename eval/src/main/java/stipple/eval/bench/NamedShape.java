package stipple.eval.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SamplerKind;
import stipple.model.config.SpecialTokens;
import stipple.model.config.VaeConfig;
import stipple.torch.UserException;

/**
 * Shapes of models to measure without having them.
 *
 * @param label as a person writes it
 * @param backbone the language model
 * @param head the flow head
 * @param pixels side of the recommended picture
 * @param steps recommended evaluations of the head per token
 * @param small whether the small image tokenizer belongs to it, else the released one
 */
public record NamedShape(
        String label, BackboneConfig backbone, FlowHeadConfig head, int pixels, int steps, boolean small) {
    private static final int SPECIAL = 10;
    private static final List<String> SIZES = List.of("64x64", "128x128", "256x256", "512x512");
    private static final FlowHeadConfig RELEASED_HEAD = new FlowHeadConfig(1536, 12, 1, 4);

    /** All shapes, the largest first. */
    public static final List<NamedShape> ALL = List.of(
            // The released NextStep-1.1 (reference §1.2): Qwen2.5-14B with a head of 12 x 1536.
            new NamedShape("14b", backbone(5120, 48, 40, 8, 128, 13824, 152064), RELEASED_HEAD, 512, 28, false),
            // Qwen2.5-7B with the released head.
            new NamedShape("7b", backbone(3584, 28, 28, 4, 128, 18944, 152064), RELEASED_HEAD, 512, 28, false),
            // Qwen2.5-1.5B with the small head of the paper's table 6.
            new NamedShape(
                    "1b",
                    backbone(1536, 28, 12, 2, 128, 8960, 151936),
                    new FlowHeadConfig(1024, 6, 1, 4),
                    256,
                    28,
                    false),
            // The model that comes with Stipple.
            new NamedShape(
                    "default", backbone(192, 6, 3, 1, 64, 576, 4107), new FlowHeadConfig(256, 4, 1, 2), 128, 20, true),
            // Next to nothing, to try the benchmark itself.
            new NamedShape("tiny", backbone(32, 2, 2, 1, 16, 64, 512), new FlowHeadConfig(32, 2, 1, 1), 64, 3, true));

    private static BackboneConfig backbone(
            int hidden, int layers, int heads, int kvHeads, int headDim, int intermediate, int vocab) {
        return new BackboneConfig(
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                intermediate,
                1e-5,
                1e6,
                vocab,
                32768,
                false,
                true,
                false,
                0.02,
                true);
    }

    /**
     * The shape of that name.
     *
     * @throws UserException if there is none
     */
    public static NamedShape of(String name) {
        return ALL.stream()
                .filter(shape -> shape.label.equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new UserException("Unknown shape '" + name + "'; use one of "
                        + ALL.stream().map(NamedShape::label).collect(Collectors.joining(", "))));
    }

    /** The model's config; special tokens take the last ids of the vocabulary. */
    public ModelConfig config() {
        int first = backbone.vocab() - SPECIAL;
        return new ModelConfig(
                backbone,
                head,
                new LatentConfig(pixels / LatentConfig.PIXELS_PER_CELL, 2, 16),
                new LossConfig(0.01, 1, false, 0),
                new SpecialTokens(first, first + 1, first + 2, first + 3, first + 4),
                false,
                pixels / 16,
                false,
                "vae",
                ConfigDialect.B,
                new GenerationDefaults(
                        pixels,
                        pixels,
                        steps,
                        7.5,
                        1,
                        1,
                        SamplerKind.ODE,
                        true,
                        0,
                        GuidanceSchedule.CONSTANT,
                        "",
                        "",
                        SIZES));
    }

    /** The image tokenizer's config. */
    public VaeConfig vae() {
        return new VaeConfig(
                small ? 64 : 256,
                3,
                3,
                small ? 32 : 128,
                List.of(1, 2, 4, 4),
                small ? 1 : 2,
                16,
                1,
                0,
                true,
                true,
                2,
                0);
    }
}
