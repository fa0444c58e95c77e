package stipple.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.data.bpe.BpeTrainer;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.torch.Torch;
import stipple.train.objective.AutoencoderObjective;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

/** A data set of coloured shapes, a vocabulary and recipes so small that a step takes milliseconds. */
public final class TinyRuns {
    private static final int SIZE = 32;
    private static final List<String> COLOURS = List.of("red", "green", "blue", "black");
    private static final int[][] RGB = {{220, 30, 30}, {30, 180, 60}, {40, 60, 220}, {10, 10, 10}};
    private static final List<String> SHAPES = List.of("square", "disc", "bar");

    private final Path root;

    private TinyRuns(Path root) {
        this.root = root;
    }

    /** Makes data and vocabulary in a folder. Arithmetic stays on one thread, as in the child processes. */
    public static TinyRuns in(Path root) {
        Torch.threads(1);
        TinyRuns tiny = new TinyRuns(root);
        List<String> captions = new ArrayList<>();
        tiny.shards("train", 0, COLOURS.size(), captions);
        tiny.shards("holdout", 1, 1, captions);
        BpeTrainer.train(captions, 280).write(root.resolve("tokenizer"));
        return tiny;
    }

    /** Recipe files alone, for tests that train nothing. */
    public static TinyRuns recipesIn(Path root) {
        return new TinyRuns(root);
    }

    private void shards(String family, int offset, int colours, List<String> captions) {
        try {
            Files.createDirectories(root.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (TarShardWriter writer = new TarShardWriter(root.resolve("data"), family, 16)) {
            for (int colour = 0; colour < colours; colour++) {
                for (int shape = 0; shape < SHAPES.size(); shape++) {
                    String caption = "a " + COLOURS.get(colour) + " " + SHAPES.get(shape) + ", flat style";
                    captions.add(caption);
                    byte[] png = PngEncoder.encode(draw(shape, RGB[colour], 6 + offset));
                    String json = "{\"caption\": [\"" + caption + "\", \"" + SHAPES.get(shape)
                            + "\"], \"metadata\": {\"shape\": \"" + SHAPES.get(shape) + "\"}}";
                    writer.add(COLOURS.get(colour) + SHAPES.get(shape), json, List.of(new ImageMember("png", png)));
                }
            }
            writer.finishAll();
        }
    }

    private static Pixels draw(int shape, int[] rgb, int margin) {
        Pixels picture = Pixels.filled(SIZE, SIZE, 255);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                boolean inside = switch (shape) {
                    case 0 -> x >= margin && x < SIZE - margin && y >= margin && y < SIZE - margin;
                    case 1 -> Math.hypot(x - 15.5, y - 15.5) < 16 - margin;
                    default -> Math.abs(y - 15.5) < margin;
                };
                for (int c = 0; c < 3 && inside; c++) {
                    picture.rgb()[(y * SIZE + x) * 3 + c] = (byte) rgb[c];
                }
            }
        }
        return picture;
    }

    private String common(String objective, String output, String dtype, int size) {
        return """
            objective: %s
            output: %s
            seed: 5
            steps: 12
            batch: 2
            accumulate: 1
            dtype: %s
            optimizer: {lr: 2.0e-3, schedule: cosine, final_fraction: 0.1, warmup: 2, beta1: 0.9, beta2: 0.95, eps: 1.0e-8, weight_decay: 0.01, clip: 1.0}
            ema: 0.9
            checkpoint: {every: 4, keep: 2}
            log_every: 1
            samples: {every: 6, cfg: 2, steps: 2, prompts: ["a red square, flat style"]}
            data: {shards: %s, families: [train], holdout: holdout, size: %d, skin_tones: false}
            """.formatted(objective, root.resolve(output), dtype, root.resolve("data"), size);
    }

    /** A recipe file for the image tokenizer; float32 convolutions of small batches are slow on one thread. */
    public Path autoencoderFile(String output) {
        return file(
                output,
                common("autoencoder", output, "bfloat16", SIZE / 2)
                        + "autoencoder: {ch: 32, ch_mult: [1, 1, 1, 1], res_blocks: 1, z_channels: 4, patch: 2, "
                        + "noise: 0.5, mse: 1.0, l1: 0.5, edge: 0.5}\n");
    }

    /** A recipe file for a dual encoder; the first call makes vectors of the captions. */
    public Path dualEncoderFile(String output) {
        Path captions = root.resolve("captions");
        if (!Files.exists(captions)) {
            List<String> all = new ArrayList<>(SHAPES);
            COLOURS.forEach(colour -> SHAPES.forEach(shape -> all.add("a " + colour + " " + shape + ", flat style")));
            TinyCaptions.write(captions, all);
        }
        return file(
                output,
                common("dual_encoder", output, "float32", SIZE)
                        + "dual_encoder: {captions: %s, widths: [8, 16, 24], blocks: 1, embedding: 8, negatives: 6, "
                                .formatted(captions)
                        + "shift: 1, blur: 0.5, noise: 0.05}\n");
    }

    /** A recipe file for a classifier that tells shapes. */
    public Path classifierFile(String output) {
        return file(
                output,
                common("classifier", output, "float32", SIZE)
                        + "classifier: {label: shape, hidden: 16, blur: 0.5, noise: 0.01}\n");
    }

    /** A recipe file for the model; the first call makes an untrained image tokenizer. */
    public Path nextStepFile(String output) {
        Path vae = root.resolve("vae");
        if (!Files.exists(vae)) {
            try (AutoencoderObjective untrained = new AutoencoderObjective(autoencoder("unused"))) {
                untrained.export(untrained.weights(), vae);
            }
        }
        return file(
                output, common("nextstep", output, "float32", SIZE) + """
                        nextstep:
                          tokenizer: %s
                          autoencoder: %s
                          hidden: 32
                          layers: 2
                          heads: 2
                          kv_heads: 1
                          intermediate: 64
                          head_dim: 32
                          head_layers: 2
                          head_repeats: 2
                          text_weight: 0.1
                          image_weight: 1.0
                          drop_text: 0.3
                          max_text: 12
                        """.formatted(root.resolve("tokenizer"), vae));
    }

    private Path file(String name, String text) {
        try {
            Path recipes = Files.createDirectories(root.resolve("recipes"));
            return Files.writeString(recipes.resolve(name + ".yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The recipe file of an objective. */
    public Path recipeFile(String objective, String output) {
        return switch (objective) {
            case "autoencoder" -> autoencoderFile(output);
            case "dual_encoder" -> dualEncoderFile(output);
            case "classifier" -> classifierFile(output);
            default -> nextStepFile(output);
        };
    }

    /** The recipe of an objective with changes. */
    public Recipe recipe(String objective, String output, String... overrides) {
        return RecipeReader.read(recipeFile(objective, output), List.of(overrides));
    }

    /** A recipe for the image tokenizer with changes. */
    public Recipe autoencoder(String output, String... overrides) {
        return recipe("autoencoder", output, overrides);
    }

    /** A recipe for the model with changes. */
    public Recipe nextStep(String output, String... overrides) {
        return recipe("nextstep", output, overrides);
    }
}
