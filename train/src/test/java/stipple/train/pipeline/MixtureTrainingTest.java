package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.data.bpe.BpeTrainer;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Torch;
import stipple.train.Objectives;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

/** A mixture through a whole, tiny model: image tokenizer, latents, rows, loss, gradients. */
final class MixtureTrainingTest {
    private static final String COMMON = """
            seed: 5
            steps: 4
            batch: 4
            accumulate: 1
            dtype: float32
            optimizer: {lr: 1.0e-3, schedule: cosine, final_fraction: 0.1, warmup: 1, beta1: 0.9, beta2: 0.95, eps: 1.0e-8,
              weight_decay: 0.1, clip: 1.0}
            ema: 0
            checkpoint: {every: 100, keep: 1}
            log_every: 1
            samples: {every: 100, cfg: 1, steps: 1}
            """;

    @TempDir
    Path folder;

    /** Networks this small only lose by being spread over cores. */
    @BeforeAll
    static void oneThread() {
        Torch.threads(1);
    }

    private static byte[] png(int width, int height, int grey) {
        return PngEncoder.encode(Pixels.filled(width, height, grey));
    }

    private Recipe recipe(String name, String text) throws IOException {
        return RecipeReader.read(
                Files.writeString(folder.resolve(name + ".yaml"), text.replace("DIR", folder.toString())), List.of());
    }

    private void prepare() throws IOException {
        for (String family : List.of("train", "holdout")) {
            try (TarShardWriter writer = new TarShardWriter(folder, family, 10)) {
                for (int i = 0; i < 6; i++) {
                    ImageMember picture = new ImageMember("png", png(i % 2 == 0 ? 32 : 64, 32, 40 * i));
                    writer.add(family + i, "{\"caption\": \"a grey field\"}", List.of(picture));
                }
                writer.finishAll();
            }
        }
        Files.write(folder.resolve("a.png"), png(32, 32, 0));
        Files.writeString(
                folder.resolve("edits.jsonl"),
                "{\"images\": [\"a.png\", \"a.png\"], \"caption\": \"<image_1>again<image_2>\"}\n");
        Files.writeString(folder.resolve("words.jsonl"), "{\"text\": \"grey is a colour between black and white\"}\n");
        BpeTrainer.train(List.of("a grey field", "again"), 262).write(folder.resolve("tokenizer"));
        Recipe autoencoder = recipe("autoencoder", COMMON + """
                        objective: autoencoder
                        output: DIR/ae
                        data: {shards: DIR, families: [train], holdout: holdout, size: 32, skin_tones: false}
                        autoencoder: {ch: 32, ch_mult: [1, 1, 1, 1], res_blocks: 1, z_channels: 16, patch: 2, noise: 0.5,
                          mse: 1.0, l1: 0.5, edge: 0.5}
                        """);
        try (Scope scope = Scope.open();
                Objective objective = Objectives.of(autoencoder)) {
            objective.export(objective.weights(), folder.resolve("vae"));
        }
    }

    private Recipe mixture(boolean separate) throws IOException {
        return recipe("mixture", COMMON + """
                        objective: nextstep
                        output: DIR/lm
                        data:
                          shards: DIR
                          holdout: holdout
                          size: 32
                          skin_tones: false
                          pack: 48
                          separate: SEPARATE
                          stages:
                            - {until: 2, bases: [32]}
                            - {until: 4, bases: [32, 48]}
                          mixture:
                            - {name: pairs, category: pair, path: DIR, family: train, weight: 3, capitalize: 0.5}
                            - {name: edits, category: edit, path: DIR/edits.jsonl, weight: 1, max_aspect: 6}
                            - {name: words, category: text, path: DIR/words.jsonl, weight: 1}
                        nextstep: {tokenizer: DIR/tokenizer, autoencoder: DIR/vae, hidden: 32, layers: 1, heads: 2, kv_heads: 1,
                          intermediate: 32, head_dim: 32, head_layers: 1, head_repeats: 2, text_weight: 0.01,
                          image_weight: 1.0, drop_text: 0.3, max_text: 20}
                        """.replace("SEPARATE", String.valueOf(separate)));
    }

    private static double[] losses(Objective objective, BatchPart part) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(9)) {
            Objective.Losses losses = objective.losses(part, rng);
            losses.backward().accept(Objective.GradientsReady.UNHEARD);
            return new double[] {
                losses.total().item(),
                losses.parts().get("image").item(),
                losses.parts().get("text").item(),
                losses.parts().get("waste").item()
            };
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_mixture_is_trained_on_and_its_parts_add_up_to_the_batch_and_a_resumed_run_sees_the_same(boolean separate)
            throws IOException {
        prepare();
        Recipe recipe = mixture(separate);
        assertEquals(3, recipe.data().mixture().size());
        double[] late;
        try (Scope scope = Scope.open();
                Objective objective = Objectives.of(recipe)) {
            objective.weights().all().values().forEach(Autograd::track);
            long[] batch = {0, 1, 2, 3};
            double[] whole = losses(objective, BatchPart.whole(batch));
            double[] first = losses(objective, new BatchPart(batch, 0, 3));
            double[] second = losses(objective, new BatchPart(batch, 3, 1));
            for (int i = 0; i < whole.length; i++) {
                assertTrue(Double.isFinite(whole[i]) && whole[i] > 0, i + ": " + whole[i]);
                assertEquals(whole[i], first[i] + second[i], 1e-4 * whole[i]);
            }
            assertTrue(whole[3] > 0 && whole[3] < 0.9, "waste " + whole[3]);
            boolean moved = objective.weights().all().values().stream()
                    .map(Autograd::gradient)
                    .anyMatch(grad -> grad != null && grad.abs().mean().item() > 0);
            assertTrue(moved);
            assertTrue(objective.workload().tokens() > 30);
            assertFalse(objective.batch(batch).samples().isEmpty());
            // Step 2: the second stage, whose larger base takes the wide pictures.
            late = losses(objective, BatchPart.whole(new long[] {8, 9, 10, 11}));
        }
        try (Scope scope = Scope.open();
                Objective objective = Objectives.of(recipe)) {
            objective.weights().all().values().forEach(Autograd::track);
            double[] resumed = losses(objective, BatchPart.whole(new long[] {8, 9, 10, 11}));
            assertEquals(late[0], resumed[0], 1e-6 * late[0]);
        }
    }
}
